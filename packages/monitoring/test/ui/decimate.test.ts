import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimate } from '../../ui/src/charts/decimate.ts';

/** Columns of as many points as values, one a second from 0 on. */
function everySecond(...values: readonly (readonly number[])[]) {
  return {
    times: Float64Array.from(values[0] ?? [], (_, at) => at),
    values: values.map((one) => Float64Array.from(one)),
  };
}

const reading = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -1_000, max: 1_000 }) }, fc.constant(Number.NaN));

describe('decimation', () => {
  test('keeps of each pixel the least and the greatest value of every series', () => {
    const property = fc.property(
      fc.array(fc.tuple(reading, reading), { minLength: 50, maxLength: 400 }),
      fc.integer({ min: 2, max: 20 }),
      (rows, pixels) => {
        const values = [rows.map(([one]) => one), rows.map(([, two]) => two)];
        const to = rows.length;
        const drawn = decimate(everySecond(...values), pixels, 0, to);
        expect(drawn[0].length).toBeLessThanOrEqual(2 * pixels + 2);
        const pixelOf = (time: number): number => Math.floor((time * pixels) / to);
        for (const [index, column] of values.entries()) {
          const kept = drawn[index + 1] as (number | null)[];
          for (let pixel = 0; pixel < pixels; pixel += 1) {
            const all = column.filter((value, time) => pixelOf(time) === pixel && !Number.isNaN(value));
            const seen = kept.filter((value, at) => value !== null && pixelOf(drawn[0][at] as number) === pixel);
            const extremes = all.length === 0 ? [] : [Math.min(...all), Math.max(...all)];
            expect([...new Set(seen)].toSorted((a, b) => Number(a) - Number(b))).toEqual([...new Set(extremes)]);
          }
        }
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  test('gives times that grow', () => {
    const times = Float64Array.from({ length: 500 }, (_, at) => Math.floor(at ** 1.5));
    const drawn = decimate({ times, values: [times] }, 40, 0, times.at(-1) ?? 0);
    expect(drawn[0].every((time, at) => at === 0 || time > (drawn[0][at - 1] as number))).toBe(true);
    expect(drawn[1]).toHaveLength(drawn[0].length);
  });

  test('leaves a peak of one point among ten thousand', () => {
    const values = Array.from({ length: 10_000 }, () => 1);
    values[7_123] = 99;
    expect(decimate(everySecond(values), 600, 0, 10_000)[1]).toContain(99);
  });

  test('lets few points through as they are, with what is missing as gaps', () => {
    const drawn = decimate(everySecond([1, Number.NaN, 3]), 600, 0, 3);
    expect(drawn).toEqual([
      [0, 1, 2],
      [1, null, 3],
    ]);
  });

  test('a pixel without a value is a gap', () => {
    const values = Array.from({ length: 100 }, (_, at) => (at >= 40 && at < 60 ? Number.NaN : at));
    expect(decimate(everySecond(values), 10, 0, 100)[1]?.filter((value) => value === null)).toHaveLength(4);
  });

  test('leaves out what cannot be seen, but for one point on each side that the line comes from', () => {
    const drawn = decimate(everySecond(Array.from({ length: 100 }, (_, at) => at)), 600, 40, 42);
    expect(drawn[0]).toEqual([39, 40, 41, 42]);
  });

  test('shows nothing of nothing', () => {
    expect(decimate({ times: [], values: [[]] }, 600, 0, 60)).toEqual([[], []]);
  });
});
