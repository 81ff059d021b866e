import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesBuffer } from '../../ui/src/charts/series-buffer.ts';
import { tableRows } from '../../ui/src/charts/table-rows.ts';

describe('the buffer of a chart', () => {
  test('keeps the newest points, as a plain array would', () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.nat(5), fc.integer()), { maxLength: 80 }),
      fc.integer({ min: 1, max: 9 }),
      (steps, capacity) => {
        const buffer = new SeriesBuffer(1, capacity);
        const expected: [number, number][] = [];
        let time = 0;
        for (const [step, value] of steps) {
          time += step;
          buffer.push(time, [value]);
          if (time > (expected.at(-1)?.[0] ?? -Infinity)) expected.push([time, value]);
        }
        const kept = expected.slice(-capacity);
        expect([...buffer.times]).toEqual(kept.map(([at]) => at));
        expect([...(buffer.values[0] ?? [])]).toEqual(kept.map(([, value]) => value));
      },
    );
    fc.assert(property);
  });

  test('takes the past in, and keeps what is newer', () => {
    const buffer = new SeriesBuffer(2, 10);
    buffer.push(5, [50, 51]);
    buffer.push(6, [60, undefined]);
    buffer.replace({
      times: [3, 4, 5],
      values: [
        [30, 40, 55],
        [31, 41, 56],
      ],
    });
    expect([...buffer.times]).toEqual([3, 4, 5, 6]);
    expect([...(buffer.values[0] ?? [])]).toEqual([30, 40, 55, 60]);
    expect([...(buffer.values[1] ?? [])]).toEqual([31, 41, 56, Number.NaN]);
  });
});

describe('the table behind a chart', () => {
  test('has a row for each stretch with its highest values, the newest first', () => {
    const times = Array.from({ length: 12 }, (_, at) => at);
    const rows = tableRows({ times, values: [times, times.map((time) => 20 - time)] }, 0, 12, 3);
    expect(rows).toMatchObject([
      { time: 11, values: [11, 12] },
      { time: 7, values: [7, 16] },
      { time: 3, values: [3, 20] },
    ]);
  });

  test('leaves out stretches without points, and says where there is no value', () => {
    const rows = tableRows({ times: [0, 9], values: [[Number.NaN, 4]] }, 0, 10, 5);
    expect(rows.map(({ time, values }) => [time, ...values])).toEqual([
      [9, 4],
      [0, Number.NaN],
    ]);
  });
});
