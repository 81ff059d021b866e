import { expect, test } from 'vitest';
import { trendLines } from '../../src/cli/trend-command.ts';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import type { Baseline } from '../../src/regression/baselines.ts';
import { readTrend } from '../../src/regression/trend.ts';

const print = fingerprint();
const THROUGHPUT = 'throughput, 100 ms / MessageBus / throughputPerSecond';
const LATENCY = 'latency, 200 ms / MessageBus / p99Us';
const OFFERED = 'latency, 200 ms / MessageBus / offeredPerSecond';

/** A run of some day, with figures that scatter a little. */
function runOf(day: number, figures: Record<string, number>, cpu = print.cpu): Baseline {
  const takenAt = `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z`;
  const scattered = Object.entries(figures).map(([name, value]) => [name, value * (1 + (day % 3) / 100)] as const);
  return { fingerprint: { ...print, cpu, takenAt, commit: `c${day}` }, figures: Object.fromEntries(scattered) };
}

const days = Array.from({ length: 16 }, (_, i) => i + 1);

test('a level that lasts is told with its run, its ratio, and whether it is worse; what is only offered is not looked at', () => {
  const trend = days.map((day) =>
    runOf(day, { [THROUGHPUT]: day < 9 ? 1000 : 800, [LATENCY]: day < 9 ? 10 : 5, [OFFERED]: day < 9 ? 1 : 9 }),
  );
  const report = readTrend(trend);
  expect(report).toMatchObject({ runs: 16, runsElsewhere: 0, figures: 2 });
  expect(report.changes).toMatchObject([
    { figure: THROUGHPUT, isWorse: true, commit: 'c9', takenAt: '2026-01-09T12:00:00.000Z', index: 8 },
    { figure: LATENCY, isWorse: false, commit: 'c9' },
  ]);
  expect(report.changes[0]?.ratio).toBeCloseTo(0.8, 1);
  expect(trendLines(report)).toEqual([
    '2 figures of 16 runs, 2 changes that lasted.',
    expect.stringMatching(/^ +ratio +is +p +since +commit$/) as string,
    expect.stringMatching(/throughputPerSecond +0\.\d+x +worse +0\.\d{4} +2026-01-09T12:00 +c9$/) as string,
    expect.stringMatching(/p99Us +0\.\d+x +better +0\.\d{4} +2026-01-09T12:00 +c9$/) as string,
  ]);
});

test('a figure that scatters has no change, and runs of another machine are not looked at, which is said', () => {
  const here = days.map((day) => runOf(day, { [THROUGHPUT]: 1000 }));
  const elsewhere = days.map((day) => runOf(day, { [THROUGHPUT]: 100 }, 'another'));
  const report = readTrend([...elsewhere, ...here]);
  expect(report).toEqual({ runs: 16, runsElsewhere: 16, figures: 1, changes: [] });
  expect(trendLines(report)[0]).toBe(
    '1 figures of 16 runs, 0 changes that lasted. 16 runs of another machine or Node were not looked at.',
  );
  expect(readTrend([])).toEqual({ runs: 0, runsElsewhere: 0, figures: 0, changes: [] });
});

test('a workload that began later has its change at the run that it happened in', () => {
  const twenty = Array.from({ length: 20 }, (_, i) => i + 1);
  const trend = twenty.map((day) => runOf(day, day < 3 ? {} : { [LATENCY]: day < 12 ? 10 : 20 }));
  expect(readTrend(trend).changes).toMatchObject([{ figure: LATENCY, commit: 'c12', isWorse: true }]);
});
