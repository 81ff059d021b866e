import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedData, RECORDED_ARRIVALS } from '../../src/load/recorded-data.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findContender } from '../../src/contenders/builtin.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';
import { FULL_SET, QUICK_SET, tasksOf } from '../../src/cli/sets.ts';

const MEASURE_MS = 100;
/** Few, so that tests are quick. */
const WARM_UP = 1000;
const run = (workload: string) =>
  runBenchmark({
    contender: findContender('MessageBus'),
    workload: findWorkload(workload),
    measureMs: MEASURE_MS,
    warmUpMessages: WARM_UP,
  });

describe('every load shape is measured', () => {
  test.each([
    ['latency', 10_000, 10_000],
    ['latency-bursty', 4000, 20_000],
    ['latency-ramp', 49_900, 50_100],
    // 5,000, and 95,000 more for a tenth of the time.
    ['latency-spike', 14_400, 14_600],
    ['latency-trading-day', 8000, 12_000],
  ])('%s offers what it says', async (workload, least, most) => {
    const { outcome, problems, metrics } = await run(workload);
    expect({ outcome, problems }).toEqual({ outcome: 'measured', problems: [] });
    expect(metrics['offeredPerSecond']).toBeGreaterThanOrEqual(least);
    expect(metrics['offeredPerSecond']).toBeLessThanOrEqual(most);
    expect(metrics['achievedPerSecond']).toBeGreaterThan(0);
    expect(metrics['longestSendDelayUs']).toBeGreaterThan(0);
  });

  test('recorded arrivals where the recording is', async () => {
    if (recordedData(RECORDED_ARRIVALS) === undefined) {
      console.warn(
        `Recorded data is absent: ${RECORDED_ARRIVALS} was not played. Set TRADEWIND_RECORDED_DATA to its folder.`,
      );
      return;
    }
    const { outcome, problems, metrics } = await run('latency-recorded');
    expect({ outcome, problems }).toEqual({ outcome: 'measured', problems: [] });
    expect(metrics['offeredPerSecond']).toBeGreaterThan(0);
  });

  test('and all of them are in the full set', () => {
    const names = FULL_SET.workloads.map(({ workload }) => workload);
    for (const shape of ['bursty', 'ramp', 'spike', 'trading-day', 'recorded']) {
      expect(names).toContain(`latency-${shape}`);
    }
  });
});

describe('without the recording', () => {
  let folder: string;
  const before = process.env['TRADEWIND_RECORDED_DATA'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tradewind-recorded-'));
    process.env['TRADEWIND_RECORDED_DATA'] = folder;
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    if (before === undefined) delete process.env['TRADEWIND_RECORDED_DATA'];
    else process.env['TRADEWIND_RECORDED_DATA'] = before;
    rmSync(folder, { recursive: true });
  });

  test('recorded arrivals cannot be measured, and say what is absent', async () => {
    const { outcome, problems, metrics } = await run('latency-recorded');
    expect(outcome).toBe('cannot');
    expect(problems).toEqual([
      'the recorded data is absent: play a recording of your own with --recording FILE, or set TRADEWIND_RECORDED_DATA to its folder',
    ]);
    expect(metrics).toEqual({});
  });

  test('a recording of one’s own is played in its place', async () => {
    const path = join(folder, 'mine.jsonl');
    const lines = Array.from({ length: 400 }, (_, i) => JSON.stringify({ tsRecv: String(1_000_000 * i) }));
    writeFileSync(path, lines.join('\n'));
    vi.stubEnv('TRADEWIND_RECORDING', path);
    const { outcome, problems, metrics } = await run('latency-recorded');
    expect({ outcome, problems }).toEqual({ outcome: 'measured', problems: [] });
    expect(metrics['offeredPerSecond']).toBeGreaterThan(0);
  });
});

test('the shorter lists of contenders are for the time of a set: who names workloads or contenders has all of them', () => {
  const none = { workloads: undefined, contenders: undefined };
  expect(tasksOf(QUICK_SET, none)).toBe(QUICK_SET.workloads);
  expect(tasksOf(FULL_SET, { ...none, workloads: ['trading-desk', 'mine'] })).toEqual([
    { workload: 'trading-desk', measureMs: 600 },
    { workload: 'mine', measureMs: undefined },
  ]);
  for (const task of tasksOf(FULL_SET, { ...none, contenders: ['mitt'] })) expect(task.contenders).toBeUndefined();
});
