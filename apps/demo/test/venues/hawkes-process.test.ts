import { seededRandom } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { HawkesProcess } from '../../src/venues/hawkes-process.ts';

function arrivals(process: HawkesProcess, untilSeconds: number): number[] {
  const times: number[] = [];
  for (let time = process.next(); time < untilSeconds; time = process.next()) times.push(time);
  return times;
}

/** Variance of the counts per second over their mean: 1 for independent arrivals, more for bursts. */
function dispersion(times: readonly number[], seconds: number): number {
  const counts = Array.from({ length: seconds }, () => 0);
  for (const time of times) counts[Math.floor(time)] = (counts[Math.floor(time)] ?? 0) + 1;
  const mean = times.length / seconds;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / seconds / mean;
}

describe('a Hawkes process', () => {
  test('has the mean rate of its theory: base rate / (1 - branching ratio)', () => {
    const process = new HawkesProcess({ baseRate: 20, branchingRatio: 0.6, decayRate: 12 }, seededRandom(1));
    const rate = arrivals(process, 2_000).length / 2_000;
    expect(rate).toBeGreaterThan(50 * 0.95);
    expect(rate).toBeLessThan(50 * 1.05);
  });

  test('comes in bursts, and does not when nothing brings about anything', () => {
    const bursty = arrivals(
      new HawkesProcess({ baseRate: 20, branchingRatio: 0.6, decayRate: 12 }, seededRandom(2)),
      1_000,
    );
    const even = arrivals(
      new HawkesProcess({ baseRate: 50, branchingRatio: 0, decayRate: 12 }, seededRandom(3)),
      1_000,
    );
    expect(dispersion(even, 1_000)).toBeLessThan(1.3);
    expect(dispersion(bursty, 1_000)).toBeGreaterThan(3);
  });

  test('brings about as many further events as it was excited by', () => {
    const counts = [0, 40].map((extra) => {
      let total = 0;
      for (let seed = 0; seed < 300; seed += 1) {
        const process = new HawkesProcess({ baseRate: 0.001, branchingRatio: 0.5, decayRate: 10 }, seededRandom(seed));
        process.excite(0, extra);
        total += arrivals(process, 20).length;
      }
      return total / 300;
    });
    expect(counts[0]).toBeLessThan(0.2);
    expect(counts[1]).toBeGreaterThan(36);
    expect(counts[1]).toBeLessThan(44);
  });

  test('refuses parameters with which it would explode or never begin', () => {
    expect(() => new HawkesProcess({ baseRate: 1, branchingRatio: 1, decayRate: 1 }, seededRandom(1))).toThrow(
      'branchingRatio',
    );
    expect(() => new HawkesProcess({ baseRate: 0, branchingRatio: 0.5, decayRate: 1 }, seededRandom(1))).toThrow(
      'baseRate',
    );
  });
});
