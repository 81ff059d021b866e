import { seededRandom } from '@tradewind/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketCount, bucketOf, endOfBucket, HIGHEST_VALUE } from '../../src/measuring/histogram-layout.ts';
import { HdrHistogram, valuesFor } from '../../src/measuring/histogram.ts';

const value = fc.oneof(fc.nat(), fc.integer({ min: 0, max: HIGHEST_VALUE }));
const precision = fc.integer({ min: 4, max: 14 });

describe('the layout', () => {
  test('puts every value into a bucket that ends at it or at most the promised share above', () => {
    fc.assert(
      fc.property(value, precision, (v, bits) => {
        const bucket = bucketOf(v, bits);
        expect(bucket).toBeLessThan(bucketCount(bits));
        const end = endOfBucket(bucket, bits);
        expect(end).toBeGreaterThanOrEqual(v);
        expect(end - v).toBeLessThanOrEqual(v * 2 ** -bits);
      }),
    );
  });

  test('keeps order: a greater value never has a smaller bucket, and buckets end where the next begins', () => {
    fc.assert(
      fc.property(value, precision, (v, bits) => {
        const end = endOfBucket(bucketOf(v, bits), bits);
        expect(bucketOf(end, bits)).toBe(bucketOf(v, bits));
        if (end < HIGHEST_VALUE) expect(bucketOf(end + 1, bits)).toBe(bucketOf(v, bits) + 1);
      }),
    );
  });
});

describe('percentiles', () => {
  test('agree with sorting, up to the end of the bucket', () => {
    const percents = fc.constantFrom(0, 1, 50, 90, 99, 99.9, 99.99, 100);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), percents, (values, percent) => {
        const histogram = new HdrHistogram();
        for (const v of values) histogram.record(v);
        const sorted = values.toSorted((a, b) => a - b);
        const rank = Math.max(1, Math.ceil((values.length * percent) / 100 - 1e-6));
        const exact = sorted[rank - 1] ?? 0;
        expect(histogram.percentile(percent)).toBeGreaterThanOrEqual(exact);
        expect(histogram.percentile(percent)).toBeLessThanOrEqual(exact * (1 + 1 / 256));
      }),
    );
  });

  test('of a known distribution are the known ones: exponential service times, mean 50,000 ns', () => {
    const random = seededRandom(7);
    const histogram = new HdrHistogram({ precisionBits: 10 });
    for (let i = 0; i < 1_000_000; i += 1) histogram.record(-50_000 * Math.log(1 - random.next()));
    for (const percent of [50, 90, 99, 99.9]) {
      const known = -50_000 * Math.log(1 - percent / 100);
      expect(histogram.percentile(percent) / known).toBeCloseTo(1, percent > 99 ? 1 : 2);
    }
    expect(histogram.mean / 50_000).toBeCloseTo(1, 2);
  });

  test('of 10,000 values where one is slow: P99.99 is still fast, the maximum is exact', () => {
    const histogram = new HdrHistogram();
    histogram.record(100, 9999);
    histogram.record(123_456_789);
    expect(histogram.percentile(99.99)).toBe(100);
    expect(histogram.percentile(100)).toBe(123_456_789);
    expect(histogram.max).toBe(123_456_789);
  });

  test.each([
    [50, 20],
    [95, 200],
    [99, 1000],
    [99.9, 10_000],
    [99.99, 100_000],
  ])('P%d is reached by %d values, ten of them beyond it, and by no fewer', (percent, values) => {
    const histogram = new HdrHistogram();
    histogram.record(1, values - 1);
    expect(histogram.reaches(percent)).toBe(false);
    histogram.record(1);
    expect(histogram.reaches(percent)).toBe(true);
    expect(valuesFor(percent)).toBe(values);
  });

  test('of nothing are no numbers', () => {
    const histogram = new HdrHistogram();
    expect([histogram.percentile(50), histogram.mean, histogram.min, histogram.max]).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('merging and JSON', () => {
  const values = fc.array(value, { maxLength: 100 });
  const of = (list: readonly number[]): HdrHistogram => {
    const histogram = new HdrHistogram();
    for (const v of list) histogram.record(v);
    return histogram;
  };

  test('merged histograms are the histogram of all values', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = of(a);
        merged.merge(of(b));
        expect(merged.toJSON()).toEqual(of([...a, ...b]).toJSON());
      }),
    );
  });

  test('JSON carries a histogram unchanged', () => {
    fc.assert(
      fc.property(values, (list) => {
        const json: unknown = JSON.parse(JSON.stringify(of(list)));
        const read = HdrHistogram.fromJSON(json as ReturnType<HdrHistogram['toJSON']>);
        expect(read.toJSON()).toEqual(of(list).toJSON());
        expect(read.percentile(99)).toEqual(of(list).percentile(99));
      }),
    );
  });

  test('counts that do not add up are refused, and so are buckets that are none', () => {
    const json = of([1, 2, 3]).toJSON();
    expect(() => HdrHistogram.fromJSON({ ...json, count: 4 })).toThrow(/count: expected the sum of all buckets, 3/);
    expect(() => HdrHistogram.fromJSON({ ...json, buckets: [-1, 3] })).toThrow(/expected a bucket below/);
  });

  test('precisions are not mixed, and NaN is no value', () => {
    expect(() => of([1]).merge(new HdrHistogram({ precisionBits: 10 }))).toThrow(/precision of this histogram, 8/);
    expect(() => new HdrHistogram({ precisionBits: 3 })).toThrow(/an integer from 4 to 14/);
    expect(() => of([Number.NaN])).toThrow(/expected a number/);
  });

  test('the distribution rises to 1 and ends at the maximum', () => {
    const points = of([5, 5, 10, 1_000_000]).distribution();
    expect(points.map(({ share }) => share)).toEqual([0.5, 0.75, 1]);
    expect(points.at(-1)?.value).toBe(1_000_000);
  });
});
