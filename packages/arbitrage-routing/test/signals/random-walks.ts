/** Uniform numbers from 0 to below 1, the same for the same seed (Mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normal(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** What a pair of simulated prices does. */
export interface WalkOptions {
  readonly samples: number;
  /** Of the steps of both. */
  readonly correlation: number;
  /** What stays of the distance of y from x after a step; 1: y is a walk of its own. */
  readonly persistence: number;
}

/** Prices of x and y as integers, a step of a thousand being one standard deviation. */
export function walk(gauss: () => number, { samples, correlation, persistence }: WalkOptions) {
  let [x, own] = [100_000, 0];
  const pairs: (readonly [x: bigint, y: bigint])[] = [];
  for (let i = 0; i < samples; i += 1) {
    const common = gauss() * 1000;
    x += common;
    if (persistence === 1) own += correlation * common + Math.sqrt(1 - correlation * correlation) * gauss() * 1000;
    else own = persistence * own + gauss() * 1000;
    const y = persistence === 1 ? own : own + 2 * x;
    pairs.push([BigInt(Math.round(x)), BigInt(Math.round(y))]);
  }
  return pairs;
}
