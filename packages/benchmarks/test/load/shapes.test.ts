import { seededRandom } from '@tradewind/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstyLoad } from '../../src/load/bursty-load.ts';
import type { LoadShape } from '../../src/load/load-shape.ts';
import { realisticLoad } from '../../src/load/realistic-load.ts';
import { constantLoad, rampLoad, spikeLoad } from '../../src/load/steady-shapes.ts';
import { tradingDayLoad } from '../../src/load/trading-day.ts';

const durationMs = 10_000;
const SHAPES: readonly LoadShape[] = [
  constantLoad({ perSecond: 1000, durationMs }),
  constantLoad({ perSecond: 1000, durationMs, spacing: 'poisson' }),
  rampLoad({ fromPerSecond: 0, toPerSecond: 2000, durationMs }),
  rampLoad({ fromPerSecond: 2000, toPerSecond: 0, durationMs, spacing: 'poisson' }),
  spikeLoad({ perSecond: 500, spikePerSecond: 5500, atMs: 4000, forMs: 1000, durationMs }),
  burstyLoad({ perSecond: 1000, durationMs }),
  tradingDayLoad({ perSecond: 1000, durationMs }),
  realisticLoad({ interArrivalsMs: [0, 0, 0, 8, 2], durationMs, perSecond: 1000 }),
];

const within = (times: Float64Array, fromMs: number, toMs: number): number =>
  times.filter((atMs) => atMs >= fromMs && atMs < toMs).length;

/** Variance of the counts in windows over their mean: 1 for a Poisson process, 0 for an even one, more for clusters. */
function dispersion(times: Float64Array, windowMs: number): number {
  const counts = Array.from({ length: durationMs / windowMs }, (_, i) =>
    within(times, i * windowMs, (i + 1) * windowMs),
  );
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
}

describe.each(SHAPES.map((shape, i) => [`${i} ${shape.name}`, shape] as const))('%s', (_, shape) => {
  test('rises within its duration, has its mean rate, and repeats with its seed', () => {
    const times = shape.arrivalsMs(seededRandom(3));
    expect(times.every((atMs, i) => atMs >= (times[i - 1] ?? 0) && atMs >= 0 && atMs < durationMs)).toBe(true);
    expect(Math.abs(times.length / 10_000 - 1)).toBeLessThan(0.15);
    expect(shape.arrivalsMs(seededRandom(3))).toEqual(times);
  });
});

test('random shapes differ from seed to seed', () => {
  for (const shape of [SHAPES[1], SHAPES[3], SHAPES[5], SHAPES[6]]) {
    expect(shape?.arrivalsMs(seededRandom(1))).not.toEqual(shape?.arrivalsMs(seededRandom(2)));
  }
});

test('a constant load is evenly spaced, to the message', () => {
  const times = constantLoad({ perSecond: 4, durationMs: 1000 }).arrivalsMs(seededRandom(1));
  expect([...times]).toEqual([0, 250, 500, 750]);
});

test('any ramp has as many messages as the area under it, more where it is higher', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 }), (from, to) => {
      const times = rampLoad({ fromPerSecond: from, toPerSecond: to, durationMs: 1000 }).arrivalsMs(seededRandom(1));
      expect(Math.abs(times.length - (from + to) / 2)).toBeLessThanOrEqual(1);
      const half = (3 * from + to) / 8;
      expect(Math.abs(within(times, 0, 500) - half)).toBeLessThanOrEqual(1);
    }),
  );
});

test('a spike is where it was asked for', () => {
  const times = SHAPES[4]?.arrivalsMs(seededRandom(1)) ?? new Float64Array();
  expect(within(times, 3000, 4000)).toBe(500);
  expect(within(times, 4000, 5000)).toBe(5500);
  expect(within(times, 5000, 6000)).toBe(500);
});

test('a Hawkes process clusters: its dispersion is far above that of a Poisson process, and its rate is the mean one', () => {
  const poisson = constantLoad({ perSecond: 1000, durationMs, spacing: 'poisson' }).arrivalsMs(seededRandom(5));
  const calm = burstyLoad({ perSecond: 1000, durationMs, branchingRatio: 0 }).arrivalsMs(seededRandom(5));
  const bursty = burstyLoad({ perSecond: 1000, durationMs, branchingRatio: 0.8 }).arrivalsMs(seededRandom(5));
  expect(dispersion(poisson, 100)).toBeLessThan(1.6);
  expect(dispersion(calm, 100)).toBeLessThan(1.6);
  // In long windows it tends to 1 / (1 - 0.8)^2 = 25.
  expect(dispersion(bursty, 100)).toBeGreaterThan(8);
  expect(Math.abs(bursty.length / 10_000 - 1)).toBeLessThan(0.15);
});

test('a Hawkes process is under way when its plan begins: its first moments have the mean rate and its variance', () => {
  // In stretches of a fifth of what a burst takes to fade; 400 seeds leave a standard error of some 2.5 % of the mean.
  const counts = (fromMs: number): readonly number[] =>
    Array.from({ length: 400 }, (_, seed) =>
      within(burstyLoad({ perSecond: 10_000, durationMs: 220 }).arrivalsMs(seededRandom(seed)), fromMs, fromMs + 20),
    );
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
  const [first, last] = [counts(0), counts(200)];
  expect(Math.abs(mean(first) / 200 - 1)).toBeLessThan(0.1);
  expect(Math.abs(mean(last) / 200 - 1)).toBeLessThan(0.1);
  expect(variance(first) / variance(last)).toBeGreaterThan(0.7);
  expect(variance(first) / variance(last)).toBeLessThan(1.4);
});

test('a trading day is busy at the open and the close, and news come on top', () => {
  const quiet = tradingDayLoad({ perSecond: 1000, durationMs, news: 0 }).arrivalsMs(seededRandom(9));
  const [open, middle, close] = [within(quiet, 0, 300), within(quiet, 4850, 5150), within(quiet, 9700, 10_000)];
  expect(open).toBeGreaterThan(2.5 * middle);
  expect(close).toBeGreaterThan(3 * middle);
  const news = tradingDayLoad({ perSecond: 1000, durationMs, news: 1, newsFactor: 20 }).arrivalsMs(seededRandom(9));
  const peak = (times: Float64Array): number =>
    Math.max(...Array.from({ length: 140 }, (_, i) => within(times, 1500 + 50 * i, 1550 + 50 * i)));
  expect(peak(news)).toBeGreaterThan(3 * peak(quiet));
});

test('recorded times come in their order, in a circle, stretched to the rate', () => {
  const gapsMs = [1, 2, 3];
  const times = [
    ...realisticLoad({ interArrivalsMs: gapsMs, durationMs: 24, perSecond: 250 }).arrivalsMs(seededRandom(1)),
  ];
  const played = times.slice(1).map((atMs, i) => (atMs - (times[i] ?? 0)) / 2);
  const first = gapsMs.indexOf(Math.round(played[0] ?? 0));
  played.forEach((gapMs, i) => expect(gapMs).toBeCloseTo(gapsMs[(first + i) % 3] ?? 0));
  expect(times).toHaveLength(6);
});

test('numbers out of range are refused by name', () => {
  expect(() => constantLoad({ perSecond: 0, durationMs })).toThrow(
    /perSecond: expected a finite number above 0, received 0/,
  );
  expect(() => rampLoad({ fromPerSecond: -1, toPerSecond: 1, durationMs })).toThrow(/fromPerSecond/);
  expect(() => spikeLoad({ perSecond: 1, spikePerSecond: 2, atMs: 9, forMs: 2, durationMs: 10 })).toThrow(/forMs/);
  expect(() => burstyLoad({ perSecond: 1, durationMs, branchingRatio: 1 })).toThrow(/branchingRatio/);
  expect(() => tradingDayLoad({ perSecond: 1, durationMs, newsFactor: 0.5 })).toThrow(/newsFactor/);
  expect(() => tradingDayLoad({ perSecond: 1, durationMs, news: 1.5 })).toThrow(/news/);
  expect(() => realisticLoad({ interArrivalsMs: [1, -1], durationMs })).toThrow(/interArrivalsMs\[1\]/);
  expect(() => realisticLoad({ interArrivalsMs: [0], durationMs })).toThrow(/not all of them zero/);
  expect(() => constantLoad({ perSecond: 1e9, durationMs }).arrivalsMs(seededRandom(1))).toThrow(/at most 50000000/);
  expect(() => burstyLoad({ perSecond: 1e9, durationMs })).toThrow(/at most 25000000/);
});
