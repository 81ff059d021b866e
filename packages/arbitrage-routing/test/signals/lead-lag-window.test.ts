import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LeadLagWindow } from '../../src/signals/latency/lead-lag-window.ts';
import {
  clearOracleWindow,
  createOracleWindow,
  estimateOracle,
  movedOracle,
  observeOracle,
} from '../oracle/signals/lead-lag-oracle.ts';

const observation = fc.record({
  series: fc.constantFrom(0 as const, 1 as const),
  after: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) }, fc.constantFrom(-3, 40)),
  step: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(900_000, -300_000),
  ),
});

test('a window says after every observation what all pairs of increments say, to the last digit', () => {
  const setting = fc.record({
    lagsNs: fc.constantFrom([0, 3, -3, 7, -7], [-2, 2], [5, 1, 0, -4]),
    windowNs: fc.constantFrom(10, 30, 1000),
    capacity: fc.constantFrom(2, 4, 50),
    observations: fc.array(observation, { maxLength: 90, size: 'max' }),
    clearAt: fc.option(fc.nat({ max: 90 })),
  });
  let estimates = 0;
  fc.assert(
    fc.property(setting, ({ observations, clearAt, ...options }) => {
      const window = new LeadLagWindow(options);
      const oracle = createOracleWindow(options);
      let time = 0;
      const values = [0, 0];
      for (const [index, { series, after, step }] of observations.entries()) {
        if (index === clearAt) {
          window.clear();
          clearOracleWindow(oracle);
        }
        time += after;
        values[series] = (values[series] as number) + step;
        const value = values[series];
        expect(window.observe(series, time, value)).toBe(observeOracle(oracle, series, [time, value]));
        const { lagNs, covariance, leaderSquares, correlation, squares, moves, changedAt } = estimateOracle(oracle);
        const found = window.estimate();
        expect(found).toEqual(covariance === 0 ? undefined : { lagNs, covariance, leaderSquares, correlation });
        if (found !== undefined) estimates += 1;
        for (const each of [0, 1] as const) {
          expect(window.squares(each)).toBe(squares[each]);
          expect(window.moves(each)).toBe(moves[each]);
          expect(window.changedAt(each)).toBe(changedAt[each]);
          expect(window.movedSince(each, time - 5)).toEqual(movedOracle(oracle, each, time - 5));
        }
        expect(window.restarts).toBe(oracle.restarts);
      }
    }),
    { numRuns: 400, seed: 5 },
  );
  expect(estimates).toBeGreaterThan(800);
});

describe('by hand', () => {
  // The first goes 10, 12, 11; the second does the same 4 later, with an observation in between that changes nothing.
  const first = [
    [0, 10],
    [10, 12],
    [20, 11],
  ] as const;
  const second = [
    [4, 30],
    [14, 32],
    [19, 32],
    [24, 31],
  ] as const;

  test('a copy that comes later is found, with its lag, and correlates perfectly', () => {
    const window = new LeadLagWindow({ lagsNs: [-4, 0, 4], windowNs: 100, capacity: 10 });
    const all = [...first.map((each) => [0, ...each] as const), ...second.map((each) => [1, ...each] as const)];
    for (const [series, time, value] of all.toSorted((a, b) => a[1] - b[1])) window.observe(series, time, value);
    // Moved back by 4: 2 * 2 within the first ten, (-1) * (-1) within the second; without a lag 2 * 2 + (-1) * 2 + (-1) * (-1) = 3.
    expect(window.estimate()).toEqual({ lagNs: 4, covariance: 5, leaderSquares: 5, correlation: 1 });
    expect(window.movedSince(0, 15)).toEqual({ by: -1, firstAt: 20 });
  });

  test('an observation that comes too late is left out, one at the same time takes the place of the last', () => {
    const window = new LeadLagWindow({ lagsNs: [0], windowNs: 100, capacity: 10 });
    expect([window.observe(0, 5, 1), window.observe(0, 4, 9), window.observe(0, 6, 4)]).toEqual([true, false, true]);
    expect(window.squares(0)).toBe(9);
    window.observe(0, 6, 1);
    expect([window.squares(0), window.moves(0), window.changedAt(0)]).toEqual([0, 0, Number.NEGATIVE_INFINITY]);
  });
});
