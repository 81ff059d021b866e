/** An object that can be read while it is lent, and never again once it is taken back; writing to it fails at once. */
export interface Loan<T> {
  readonly lent: T;
  /** From now on every access throws. */
  takeBack(): void;
}

/** Lends an object as the bus does: valid during the call only. */
export function lend<T extends object>(object: T): Loan<T> {
  const { proxy, revoke } = Proxy.revocable(object, {
    // Methods keep the object itself as their `this`: private members do not pass a proxy.
    get: (target, member) => {
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (_, member) => {
      throw new TypeError(`it wrote to ${String(member)} of an object that it was only lent`);
    },
    defineProperty: (_, member) => {
      throw new TypeError(`it defined ${String(member)} on an object that it was only lent`);
    },
    deleteProperty: (_, member) => {
      throw new TypeError(`it deleted ${String(member)} of an object that it was only lent`);
    },
  });
  return { lent: proxy, takeBack: revoke };
}
