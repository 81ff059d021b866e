import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyHistogram } from '../../src/client/observing/histogram.ts';

test('each duration is counted in the bucket whose bounds are around it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 200_000, noNaN: true }), (ms) => {
      const histogram = new LatencyHistogram();
      histogram.record(ms, 1);
      const { upperBounds, counts, sum } = histogram.view;
      const bucket = Array.from(counts).indexOf(1);
      expect(ms / 1_000).toBeLessThanOrEqual((upperBounds[bucket] as number) * (1 + 1e-12));
      if (bucket > 0) expect(ms / 1_000).toBeGreaterThan((upperBounds[bucket - 1] as number) * (1 - 1e-12));
      expect(sum).toBeCloseTo(ms / 1_000, 9);
    }),
    { seed: 1_700_000_016 },
  );
});

test('bounds grow, are at most a quarter apart above 4 microseconds, and the last is open', () => {
  const bounds = Array.from(new LatencyHistogram().view.upperBounds);
  expect(bounds.at(-1)).toBe(Infinity);
  expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
  for (const [i, bound] of bounds.entries()) {
    const before = bounds[i - 1];
    if (before !== undefined && before >= 4e-6 && bound !== Infinity)
      expect(bound / before).toBeLessThanOrEqual(1.2501);
  }
});

test('a quantile is the upper bound of the bucket in which it is reached', () => {
  const histogram = new LatencyHistogram();
  for (let ms = 1; ms <= 100; ms += 1) histogram.record(ms, 1);
  expect(histogram.count).toBe(100);
  for (const [part, exact] of [
    [0.5, 50],
    [0.99, 99],
  ] as const) {
    expect(histogram.quantile(part)).toBeGreaterThanOrEqual(exact);
    expect(histogram.quantile(part)).toBeLessThanOrEqual(exact * 1.26);
  }
  expect(new LatencyHistogram().quantile(0.5)).toBe(0);
});

test('a negative duration, of clocks that differ, is counted as none', () => {
  const histogram = new LatencyHistogram();
  histogram.record(-5, 1);
  expect(histogram.view.counts[0]).toBe(1);
  expect(histogram.view.sum).toBe(0);
});
