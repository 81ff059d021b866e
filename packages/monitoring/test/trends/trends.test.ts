import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemorySeriesStore, baselineOf, changePoints, deviationsFrom } from '../../src/index.ts';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const START = Date.UTC(2026, 0, 5);

/** Five weeks of hours: a counter that grows by what the hour says. */
function fiveWeeks(perHour: (hour: number) => number, weeks = 5): MemorySeriesStore {
  const store = new MemorySeriesStore({ maxScrapes: 1_000 });
  let count = 0;
  for (let hour = 0; hour <= weeks * 168; hour += 1) {
    const values = [
      { name: 'tradewind_test_total', labels: {}, labelText: '', value: count },
      { name: 'tradewind_test_depth', labels: {}, labelText: '', value: perHour(hour) },
    ];
    store.append({ timeMs: START + hour * HOUR, values });
    count += perHour(hour);
  }
  return store;
}

describe('a baseline', () => {
  test('is what is usual at this hour of this weekday, and one odd week moves nothing', () => {
    const atTen = 10;
    const store = fiveWeeks((hour) => {
      if (hour >= 168 && hour < 336) return 360_000;
      return hour % 168 === atTen || hour % 168 === atTen - 1 ? 36_000 : 3_600;
    });
    const atMs = START + 4 * WEEK + atTen * HOUR;
    const usual = baselineOf(store, { name: 'tradewind_test_total', kind: 'counter', atMs });
    expect(usual).toMatchObject({ median: 10, samples: 4 });
    expect(baselineOf(store, { name: 'tradewind_test_total', kind: 'counter', atMs: atMs + 5 * HOUR })).toMatchObject({
      median: 1,
    });
    if (usual === undefined) throw new Error('Expected a baseline.');
    expect(deviationsFrom(usual, 10)).toBe(0);
    expect(deviationsFrom(usual, 1)).toBeLessThan(-3);
    expect(deviationsFrom(usual, 100)).toBeGreaterThan(3);
  });

  test('of a gauge is its mean', () => {
    const store = fiveWeeks((hour) => 100 + (hour % 168));
    const query = { name: 'tradewind_test_depth', kind: 'gauge' as const, atMs: START + 4 * WEEK + 20 * HOUR };
    expect(baselineOf(store, query)?.median).toBe(120.5);
  });

  test('is none while there are too few weeks', () => {
    const store = fiveWeeks(() => 3_600, 2);
    const query = { name: 'tradewind_test_total', kind: 'counter' as const, atMs: START + 2 * WEEK + HOUR };
    expect(baselineOf(store, query)).toBeUndefined();
    expect(baselineOf(store, { ...query, minSamples: 2 })?.samples).toBe(2);
  });

  test('a counter that was reset makes no negative rate', () => {
    const store = new MemorySeriesStore({ maxScrapes: 1_000 });
    for (let hour = 0; hour <= 5 * 168; hour += 1) {
      const value = (hour % 168) * 3_600;
      store.append({
        timeMs: START + hour * HOUR,
        values: [{ name: 'tradewind_test_total', labels: {}, labelText: '', value }],
      });
    }
    const atMs = START + 5 * WEEK;
    const usual = baselineOf(store, { name: 'tradewind_test_total', kind: 'counter', atMs });
    expect(usual?.median).toBeGreaterThanOrEqual(0);
  });
});

describe('change points', () => {
  const times = (length: number) => Array.from({ length }, (_, at) => at * 1_000);
  /** Numbers that look random and are the same each time. */
  const noise = (at: number) =>
    Math.sin(at * 12.9898) * 43_758.5453 - Math.floor(Math.sin(at * 12.9898) * 43_758.5453) - 0.5;

  test('finds where a level changed, and the levels', () => {
    const values = Array.from({ length: 300 }, (_, at) => (at < 100 ? 10 : at < 220 ? 25 : 5) + noise(at));
    const found = changePoints(times(300), values);
    expect(found.map(({ atMs }) => atMs)).toEqual([100_000, 220_000]);
    expect(found[0]?.before).toBeCloseTo(10, 0);
    expect(found[0]?.after).toBeCloseTo(25, 0);
    expect(found[1]?.after).toBeCloseTo(5, 0);
  });

  test('finds nothing in noise, nor in what never changes', () => {
    expect(
      changePoints(
        times(500),
        Array.from({ length: 500 }, (_, at) => 1_000 + noise(at)),
      ),
    ).toEqual([]);
    expect(changePoints(times(100), new Float64Array(100).fill(0.1))).toEqual([]);
    expect(changePoints([], [])).toEqual([]);
    expect(changePoints(times(3), [1, 2, 3])).toEqual([]);
  });

  test('passes over what is missing', () => {
    const values = Array.from({ length: 200 }, (_, at) =>
      at % 3 === 0 ? Number.NaN : (at < 100 ? 1 : 9) + noise(at) / 10,
    );
    expect(changePoints(times(200), values).map(({ atMs }) => atMs)).toEqual([100_000]);
  });

  test('finds one clear step, wherever it is and however high', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 190 }), fc.integer({ min: 8, max: 1_000_000 }), (cut, step) => {
        const values = Array.from({ length: 200 }, (_, at) => (at < cut ? 0 : step) + noise(at));
        expect(changePoints(times(200), values).map(({ atMs }) => atMs)).toContain(cut * 1_000);
      }),
    );
  });
});
