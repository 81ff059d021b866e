/**
 * Runs synchronous code while `Date.now`, `performance.now` and `Math.random` answer as told by `seed`. A part whose decisions differ between
 * two seeds takes time or chance from its surroundings instead of from its arguments.
 */
export function withAmbient<T>(seed: number, run: () => T): T {
  let calls = 0;
  const next = (): number => {
    calls += 1;
    return (seed * 7_919 + calls * 104_729) % 1_000_003;
  };
  const undo = [
    replace(Date, 'now', () => 1_700_000_000_000 + next() * 1_000),
    replace(performance, 'now', () => next() * 1_000),
    replace(Math, 'random', () => next() / 1_000_003),
  ];
  try {
    return run();
  } finally {
    for (const restore of undo) restore();
  }
}

/** Returns what puts the member back. */
function replace(object: object, member: string, value: () => number): () => void {
  const own = Object.getOwnPropertyDescriptor(object, member);
  Object.defineProperty(object, member, { value, configurable: true, writable: true });
  return () => {
    // `performance.now` is inherited: without the replacement it shows again.
    if (own === undefined) Reflect.deleteProperty(object, member);
    else Object.defineProperty(object, member, own);
  };
}
