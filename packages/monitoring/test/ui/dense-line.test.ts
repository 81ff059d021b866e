import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { denseLine, type DenseBar } from '../../ui/src/charts/dense-line.ts';

function barsOf(times: readonly number[], values: readonly (number | null)[]): readonly DenseBar[] {
  const bars: DenseBar[] = [];
  denseLine(times, values, { columnOf: Math.floor, heightOf: (value) => value }, (bar) => void bars.push(bar));
  return bars;
}

test('every point is covered, and each bar begins beside the one before and touches it', () => {
  const points = fc.array(fc.tuple(fc.double({ min: 0.1, max: 2.5, noNaN: true }), fc.integer({ min: -5, max: 5 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(points, (steps) => {
      let time = 0;
      const times = steps.map(([step]) => (time += step));
      const bars = barsOf(
        times,
        steps.map(([, value]) => value),
      );
      for (const [at, [, value]] of steps.entries()) {
        const column = Math.floor(times[at] as number);
        const [bar, another] = bars.filter((one) => one.column <= column && column < one.column + one.columns);
        expect(another).toBeUndefined();
        expect(bar !== undefined && bar.low <= value && value <= bar.high).toBe(true);
      }
      for (const [at, { column, low, high }] of bars.entries()) {
        const before = bars[at - 1];
        if (before === undefined) continue;
        expect(column).toBe(before.column + before.columns);
        expect(low <= before.high && high >= before.low).toBe(true);
      }
    }),
  );
});

test('equal columns are one bar', () => {
  expect(barsOf([0, 1, 1.5, 2, 3], [5, 5, 5, 5, 8])).toEqual([
    { column: 0, columns: 3, low: 5, high: 5 },
    { column: 3, columns: 1, low: 5, high: 8 },
  ]);
});

test('a value that is missing is a gap', () => {
  expect(barsOf([0, 1, 2, 3.2, 3.7], [5, 7, null, 1, 4])).toEqual([
    { column: 0, columns: 1, low: 5, high: 5 },
    { column: 1, columns: 1, low: 5, high: 7 },
    { column: 3, columns: 1, low: 1, high: 4 },
  ]);
});
