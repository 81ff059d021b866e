/** The part of qlobber that the benchmarks use; the package brings no types. */
declare module 'qlobber' {
  export class Qlobber<Value> {
    constructor(options?: { readonly cache_adds?: boolean; readonly cache_splits?: number });
    add(pattern: string, value: Value): this;
    remove(pattern: string, value?: Value): this;
    match(topic: string): Value[];
  }
}
