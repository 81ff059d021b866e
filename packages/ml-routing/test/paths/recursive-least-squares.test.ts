import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecursiveLeastSquares } from '../../src/paths/recursive-least-squares.ts';

interface Observation {
  readonly size: number;
  readonly volatility: number;
  readonly value: number;
}

const observation = fc.record({
  size: fc.double({ min: 0, max: 5, noNaN: true }),
  volatility: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.double({ min: 0, max: 100, noNaN: true }),
});

/** The minimum of the squared residuals plus the squared distance from where the model begins, by elimination. */
function leastSquares(observations: readonly Observation[], start: readonly number[]): readonly number[] {
  const rows = [0, 1, 2].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : j === 3 ? (start[i] ?? 0) : 0)));
  for (const { size, volatility, value } of observations) {
    const features = [1, size, volatility];
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j < 3; j += 1) row[j] = (row[j] ?? 0) + (features[i] ?? 0) * (features[j] ?? 0);
      row[3] = (row[3] ?? 0) + (features[i] ?? 0) * value;
    }
  }
  for (let pivot = 0; pivot < 3; pivot += 1) {
    const own = rows[pivot] ?? [];
    const divisor = own[pivot] ?? 1;
    for (let j = 0; j < 4; j += 1) own[j] = (own[j] ?? 0) / divisor;
    for (const [i, row] of rows.entries()) {
      const factor = row[pivot] ?? 0;
      if (i !== pivot) for (let j = 0; j < 4; j += 1) row[j] = (row[j] ?? 0) - factor * (own[j] ?? 0);
    }
  }
  return rows.map((row) => row[3] ?? 0);
}

test('without forgetting it is the least-squares solution, whatever the observations', () => {
  fc.assert(
    fc.property(
      fc.array(observation, { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      (rest, first) => {
        const model = new RecursiveLeastSquares({ rows: 2, memory: Infinity });
        model.begin(1, first);
        for (const { size, volatility, value } of rest)
          model.update(1, { size, volatility }, value - model.predict(1, size, volatility), 1);
        const expected = leastSquares(rest, [first, 0, 0]);
        for (const [at, coefficient] of expected.entries())
          expect(model.coefficients[3 + at]).toBeCloseTo(coefficient, 5);
      },
    ),
  );
});

test('with forgetting it follows a change, and its covariance stays bounded where nothing new is seen', () => {
  const model = new RecursiveLeastSquares({ rows: 1, memory: 100 });
  model.begin(0, 5);
  const learn = (value: (size: number) => number, count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const size = i % 4;
      model.update(0, { size, volatility: 0 }, value(size) - model.predict(0, size, 0), 1);
    }
  };
  learn((size) => 5 + 2 * size, 1_000);
  expect(model.predict(0, 3, 0)).toBeCloseTo(11, 3);
  learn((size) => 9 + size, 1_500);
  expect(model.predict(0, 3, 0)).toBeCloseTo(12, 2);
  // Volatility was never anything but 0: what is known of it must not become arbitrarily unsure.
  learn((size) => 9 + size, 20_000);
  expect(Math.max(...model.covariance)).toBeLessThan(11);
});

test('a weight counts as so many observations', () => {
  const [whole, halves] = [
    new RecursiveLeastSquares({ rows: 1, memory: Infinity }),
    new RecursiveLeastSquares({ rows: 1, memory: Infinity }),
  ];
  whole.begin(0, 0);
  halves.begin(0, 0);
  whole.update(0, { size: 1, volatility: 0 }, 8, 1);
  halves.update(0, { size: 1, volatility: 0 }, 8, 0.5);
  halves.update(0, { size: 1, volatility: 0 }, 8 - halves.predict(0, 1, 0), 0.5);
  expect(halves.predict(0, 1, 0)).toBeCloseTo(whole.predict(0, 1, 0), 9);
});
