import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HindsightQ } from '../../src/learning/hindsight-q.ts';
import { PairedCosts } from '../../src/learning/paired-costs.ts';

/** A number from 0 to 1 that follows from its place alone. */
function chance(step: number): number {
  const hash = Math.imul(step + 1, 0x9e37_79b1) >>> 0;
  return (Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b) >>> 0) / 2 ** 32;
}

/** The values of a decision process that is known, by iteration. */
function optimalValues(
  rewards: readonly (readonly number[])[],
  next: readonly (readonly number[])[],
  discount: number,
): number[][] {
  let values = rewards.map((row) => row.map(() => 0));
  for (let round = 0; round < 500; round += 1) {
    const best = values.map((row) => Math.max(...row));
    values = rewards.map((row, s) => row.map((reward, a) => reward + discount * (best[next[s]?.[a] ?? 0] ?? 0)));
  }
  return values;
}

describe('hindsight Q-learning', () => {
  test('converges to the values of a known decision process, whatever its rewards', () => {
    const cell = fc.integer({ min: -10, max: 10 });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 3, maxLength: 3 });
    const moves = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(table, moves, (rewards, next) => {
        const q = new HindsightQ({ states: 3, actions: 2, discount: 0.5, leastRate: 0.02 });
        for (let step = 0; step < 3_000; step += 1) {
          const state = step % 3;
          q.update(state, rewards[state] ?? [], next[state] ?? []);
        }
        const expected = optimalValues(rewards, next, 0.5).flat();
        for (const [at, value] of expected.entries()) expect(q.values[at]).toBeCloseTo(value, 3);
      }),
    );
  });

  test('finds the better action through noise that both share, though the noise is a hundred times the difference', () => {
    const q = new HindsightQ({ states: 1, actions: 2, discount: 0, leastRate: 0 });
    for (let step = 0; step < 200; step += 1) {
      const noise = 100 * (chance(step) - 0.5);
      q.update(0, [noise, noise + 1], [0, 0]);
    }
    expect(q.best(0)).toBe(1);
    expect((q.values[1] ?? 0) - (q.values[0] ?? 0)).toBeCloseTo(1, 6);
  });

  test('leaves out a step with a reward that is no number', () => {
    const q = new HindsightQ({ states: 1, actions: 2, discount: 0.5, leastRate: 0 });
    q.update(0, [1, 2], [0, 0]);
    const before = [...q.values];
    for (const poison of [Number.NaN, Infinity, -Infinity]) q.update(0, [1, poison], [0, 0]);
    expect([...q.values]).toEqual(before);
  });
});

describe('paired costs', () => {
  test('give the gain and its t as the textbook does, while nothing is forgotten', () => {
    const first = [10, 12, 9, 30, 11];
    const second = [9, 11.5, 8.5, 28, 11];
    const pairs = new PairedCosts(2, 1);
    for (const [at, cost] of first.entries()) pairs.observe([cost, second[at] ?? 0]);
    const differences = first.map((cost, at) => cost - (second[at] ?? 0));
    const mean = differences.reduce((sum, each) => sum + each, 0) / 5;
    const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 4;
    const { gain, t } = pairs.gain(1, 0);
    expect(gain).toBeCloseTo(mean / (first.reduce((sum, each) => sum + each, 0) / 5), 10);
    expect(t).toBeCloseTo(mean / Math.sqrt(variance / 5), 10);
  });

  test('forget: after a change the newer windows decide', () => {
    const pairs = new PairedCosts(2, 0.9);
    for (let window = 0; window < 100; window += 1) pairs.observe([10, 5 + (window % 2)]);
    for (let window = 0; window < 100; window += 1) pairs.observe([10, 15 + (window % 2)]);
    expect(pairs.gain(1, 0).gain).toBeLessThan(-0.5);
    expect(pairs.windows).toBeLessThan(20);
  });

  test('are sure of nothing before there are two windows', () => {
    const pairs = new PairedCosts(2, 1);
    expect(pairs.gain(1, 0)).toEqual({ gain: 0, t: 0 });
    pairs.observe([10, 1]);
    expect(pairs.gain(1, 0)).toEqual({ gain: 0, t: 0 });
  });
});
