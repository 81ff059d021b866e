import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fingerprint, isSameEnvironment } from '../../src/measuring/fingerprint.ts';
import { ResourceSampler } from '../../src/measuring/resources.ts';
import { quantile, spread } from '../../src/measuring/statistics.ts';
import { warmUp } from '../../src/measuring/warm-up.ts';

test('the fingerprint names machine, Node and the versions of what is installed', () => {
  const print = fingerprint(['eventemitter3', 'no-such-package-anywhere']);
  expect(print.node).toBe(process.version);
  expect(print.cores).toBeGreaterThan(0);
  expect(print.packages).toEqual({ eventemitter3: '5.0.4' });
  expect(isSameEnvironment(print, fingerprint())).toBe(true);
  expect(isSameEnvironment(print, { ...print, node: 'v0.0.0' })).toBe(false);
});

test('resources: CPU time, heap and collections are those of the process', async () => {
  const sampler = new ResourceSampler({ intervalMs: 2 });
  const kept: unknown[] = [];
  const untilMs = performance.now() + 60;
  while (performance.now() < untilMs) kept.push({ kept: kept.length });
  globalThis.gc?.();
  await sleep(20);
  const use = await sampler.stop();
  expect(kept.length).toBeGreaterThan(0);
  expect(use.cpuUserMs + use.cpuSystemMs).toBeGreaterThan(10);
  expect(use.wallMs).toBeGreaterThan(75);
  expect(use.gcCount).toBeGreaterThan(0);
  expect(use.gcLongestMs).toBeLessThanOrEqual(use.gcPauseMs);
  expect(use.heapUsedPeakBytes).toBeGreaterThan(1_000_000);
  expect(use.curve.length).toBeGreaterThan(2);
  expect(use.curve.map(({ atMs }) => atMs)).toEqual(use.curve.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
});

test('a warm-up ends when runs are alike, and gives up on those that never are', async () => {
  const spin = (ms: number): void => {
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user + process.cpuUsage(start).system < ms * 1000);
  };
  expect(await warmUp(() => spin(5), { tolerance: 1 })).toEqual({ runs: 3, isSteady: true });
  let costMs = 1;
  const growing = await warmUp(() => spin((costMs *= 2)), { tolerance: 0.5, maxRuns: 5 });
  expect(growing).toEqual({ runs: 5, isSteady: false });
  // Alike from the first run on, and yet not before it has used 40 ms.
  const long = await warmUp(() => spin(5), { tolerance: 100, minCpuMs: 40 });
  expect(long.isSteady).toBe(true);
  expect(long.runs).toBeGreaterThan(3);
  costMs = 1;
  const bounded = await warmUp(() => spin((costMs *= 2)), { tolerance: 0.5, maxCpuMs: 20 });
  expect(bounded.isSteady).toBe(false);
  expect(bounded.runs).toBeLessThanOrEqual(4);
});

test('quantiles interpolate, and the spread tells the quarters', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(spread([1, 2, 3, 4, 5])).toEqual({ median: 3, lowerQuartile: 2, upperQuartile: 4, min: 1, max: 5 });
});
