import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance } from '../../src/semantics/edit-distance.ts';
import { LatencyHistogram } from '../../src/semantics/latency-histogram.ts';
import { BestTopics } from '../../src/semantics/ranking.ts';
import { TypoIndex } from '../../src/semantics/typo-index.ts';
import { wilsonInterval } from '../../src/semantics/wilson.ts';

const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 8 });

test('the edit distance is zero for equal words, symmetric, and never beyond its bound plus one', () => {
  fc.assert(
    fc.property(words, words, fc.integer({ min: 0, max: 9 }), (a, b, most) => {
      const distance = editDistance(a, b, most);
      expect(distance).toBe(editDistance(b, a, most));
      expect(distance).toBeLessThanOrEqual(most + 1);
      expect(distance === 0).toBe(a === b);
      // A smaller bound cuts the same distance off.
      expect(Math.min(editDistance(a, b, 20), most + 1)).toBe(distance);
    }),
  );
});

test.each([
  ['kraken', 'karken', 1],
  ['kraken', 'kraen', 1],
  ['kraken', 'krakken', 1],
  ['kraken', 'krqken', 1],
  ['ca', 'abc', 3],
])('from %s to %s it is %d', (a, b, distance) => {
  expect(editDistance(a, b, 5)).toBe(distance);
});

test('any single slip behind the first letter of a known word finds it, if no other word is as near', () => {
  const index = new TypoIndex(10);
  index.add('binance');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.constantFrom('x', ''), (at, put) => {
      const slip = `${'binance'.slice(0, at)}${put}${'binance'.slice(at + 1)}`;
      expect(index.nearest(slip)).toEqual({ word: 'binance', distance: 1 });
    }),
  );
  index.add('binence');
  expect(index.nearest('bin4nce')).toBeUndefined();
  expect(index.nearest('binance')).toEqual({ word: 'binance', distance: 0 });
});

test('a Wilson interval holds the share, narrows with trials and covers as often as it says', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (successes, failures) => {
      const trials = successes + failures;
      const { lower, upper } = wilsonInterval(successes, trials, 1.96);
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
      if (trials === 0) return;
      expect(lower).toBeLessThanOrEqual(successes / trials);
      expect(upper).toBeGreaterThanOrEqual(successes / trials);
      const more = wilsonInterval(successes * 4, trials * 4, 1.96);
      expect(more.upper - more.lower).toBeLessThan(upper - lower);
    }),
  );
  expect(coverage(30, 0.2, 1.96)).toBeGreaterThan(0.92);
  expect(coverage(30, 0.2, 1.96)).toBeLessThan(0.98);
  expect(wilsonInterval(8, 10, 1.96).lower).toBeCloseTo(0.4902, 4);
});

/** The exact probability that the interval of so many trials holds the true share. */
function coverage(trials: number, share: number, z: number): number {
  let sum = 0;
  let probability = (1 - share) ** trials;
  for (let successes = 0; successes <= trials; successes += 1) {
    const { lower, upper } = wilsonInterval(successes, trials, z);
    if (lower <= share && share <= upper) sum += probability;
    probability *= ((trials - successes) / (successes + 1)) * (share / (1 - share));
  }
  return sum;
}

test('a quantile of the histogram is at most a sixteenth above that of the observations', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 200 }),
      (latencies) => {
        const histogram = new LatencyHistogram();
        for (const latency of latencies) histogram.observe(latency);
        const sorted = latencies.toSorted((a, b) => a - b);
        for (const part of [0.5, 0.95, 0.99, 1]) {
          const exact = sorted[Math.ceil(part * sorted.length) - 1] as number;
          const shown = histogram.quantileMs(part) as number;
          expect(shown).toBeGreaterThanOrEqual(exact - 0.001);
          expect(shown).toBeLessThanOrEqual(exact * (1 + 1 / 16) + 0.001);
        }
      },
    ),
  );
});

test('what is no latency is left out, and what is absurd counts as half an hour', () => {
  const histogram = new LatencyHistogram();
  for (const latency of [Number.NaN, -1, Infinity]) histogram.observe(latency);
  expect(histogram.count).toBe(1);
  expect(histogram.quantileMs(1)).toBeCloseTo(2 ** 31 / 1e3, -1);
  expect(new LatencyHistogram().quantileMs(0.5)).toBeUndefined();
});

test('the best are those of a full sort, equal ones in the order of arrival', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 })), fc.integer({ min: 1, max: 12 }), (scores, limit) => {
      const best = new BestTopics(limit);
      for (const [topic, score] of scores.entries()) best.offer(topic, score);
      const sorted = [...scores.keys()].toSorted((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
      expect(best.topics).toEqual(sorted.slice(0, limit));
    }),
  );
});
