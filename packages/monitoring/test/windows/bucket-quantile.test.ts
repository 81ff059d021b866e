import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketQuantile } from '../../src/windows/bucket-quantile.ts';
import { grown } from '../../src/windows/growth.ts';

const BOUNDS = [1, 2, 4, Infinity];

function quantile(counts: readonly number[], part: number): number {
  let sum = 0;
  return bucketQuantile({ bounds: BOUNDS, cumulative: counts.map((count) => (sum += count)) }, part);
}

test('a quantile is interpolated in the first bucket that reaches it, and that of the open bucket is where it begins', () => {
  expect(quantile([0, 10, 0, 0], 0.5)).toBe(1.5);
  expect(quantile([10, 0, 10, 0], 0.5)).toBe(1);
  expect(quantile([0, 0, 0, 3], 0.99)).toBe(4);
  expect(quantile([0, 0, 4, 0], 0)).toBe(2);
  expect(quantile([0, 0, 4, 0], 1)).toBe(4);
  expect(quantile([0, 0, 0, 0], 0.5)).toBeNaN();
});

test('a quantile is of its stretch of the buckets, within the bounds, and grows with its part', () => {
  const counts = fc.array(fc.nat(100), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(5), (each, part, at) => {
      const value = quantile(each, part);
      if (each.every((count) => count === 0)) return expect(value).toBeNaN();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(quantile(each, 1));
      let sum = 0;
      const cumulative = [...Array<number>(at).fill(7), ...each.map((count) => (sum += count))];
      expect(bucketQuantile({ bounds: BOUNDS, cumulative, at }, part)).toBe(value);
    }),
  );
});

test('growth is that since the start, since a reset, and none where one of the two is missing', () => {
  expect([grown(5, 3), grown(2, 3), grown(Number.NaN, 3), grown(3, Number.NaN), grown(3, 3)]).toEqual([2, 2, 0, 0, 0]);
});
