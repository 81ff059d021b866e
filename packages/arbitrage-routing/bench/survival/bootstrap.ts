import type { Random } from '@tradewind/core-types';

/** The 2.5th and 97.5th percentile. */
export type Interval = readonly [low: number, high: number];

/**
 * The 95 % interval of a statistic by resampling whole blocks (Künsch 1989): opportunities of the same seconds share their fate, so that resampling them
 * one by one would promise too much.
 */
export function bootstrap<T>(
  blocks: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number,
  random: Random,
): Interval {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sample: T[] = [];
    for (let i = 0; i < blocks.length; i += 1) {
      sample.push(...(blocks[Math.floor(random.next() * blocks.length)] as readonly T[]));
    }
    const value = statistic(sample);
    if (Number.isFinite(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.floor(share * (values.length - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

const ROUNDS = 4000;
