import type { Columns } from './decimate.ts';

/**
 * Columns that grow at their end and are bounded: the newest points of some series with common times.
 *
 * Workload: a point a second, 10,000 points, read whole each time they are drawn. So the points lie side by side in arrays of twice the room, and
 * are moved to the front once every 10,000 points.
 */
export class SeriesBuffer implements Columns {
  readonly #capacity: number;
  readonly #width: number;
  #times: Float64Array;
  #columns: readonly Float64Array[];
  #start = 0;
  #end = 0;

  /** @param width - How many series there are. */
  constructor(width: number, capacity: number) {
    this.#capacity = capacity;
    this.#width = width;
    this.#times = new Float64Array(2 * capacity);
    this.#columns = Array.from({ length: width }, () => new Float64Array(2 * capacity));
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get times(): Float64Array {
    return this.#times.subarray(this.#start, this.#end);
  }

  get values(): readonly Float64Array[] {
    return this.#columns.map((column) => column.subarray(this.#start, this.#end));
  }

  /** The time of the newest point, in seconds; undefined while there is none. */
  get lastTime(): number | undefined {
    return this.length === 0 ? undefined : this.#times[this.#end - 1];
  }

  /** Adds a point; one that is not newer than the newest is left out. Values that are missing are NaN. */
  push(time: number, values: readonly (number | undefined)[]): void {
    if (this.lastTime !== undefined && time <= this.lastTime) return;
    if (this.length === this.#capacity) this.#start += 1;
    if (this.#end === 2 * this.#capacity) this.#moveToFront();
    this.#times[this.#end] = time;
    for (let at = 0; at < this.#width; at += 1) {
      (this.#columns[at] as Float64Array)[this.#end] = values[at] ?? Number.NaN;
    }
    this.#end += 1;
  }

  /** Puts columns in place of everything up to their end; points that are newer stay. */
  replace({ times, values }: Columns): void {
    const newer: (readonly [number, readonly number[]])[] = [];
    const last = times.length === 0 ? -Infinity : (times[times.length - 1] as number);
    for (let at = this.#start; at < this.#end; at += 1) {
      const time = this.#times[at] as number;
      if (time > last) newer.push([time, this.#columns.map((column) => column[at] as number)]);
    }
    const count = Math.min(times.length, this.#capacity);
    const from = times.length - count;
    this.#start = 0;
    this.#end = count;
    this.#times.set(newestOf(times, from));
    for (const [at, column] of this.#columns.entries()) column.set(newestOf(values[at] ?? [], from).slice(0, count));
    for (const [time, row] of newer) this.push(time, row);
  }

  #moveToFront(): void {
    for (const column of [this.#times, ...this.#columns]) column.copyWithin(0, this.#start, this.#end);
    this.#end = this.length;
    this.#start = 0;
  }
}

function newestOf(values: ArrayLike<number>, from: number): Float64Array {
  const column = values instanceof Float64Array ? values : Float64Array.from(values);
  return column.subarray(from);
}
