import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import { baselineOf, BaselineStore, type Baseline } from '../../src/regression/baselines.ts';
import { checkGates } from '../../src/regression/gates.ts';
import { spread } from '../../src/measuring/statistics.ts';
import type { ComparisonResult } from '../../src/running/run-comparison.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'tradewind-baselines-')), 'baselines');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const print = fingerprint();
const baseline = (figures: Record<string, number>): Baseline => ({ fingerprint: print, figures });

const FIGURES = {
  'throughput, 100 ms / MessageBus / throughputPerSecond': 1000,
  'throughput, 100 ms / MessageBus / cpuNsPerMessage': 100,
  'throughput, 100 ms / MessageBus / heapUsedPeakMb': 50,
  'latency, 200 ms / MessageBus / p99Us': 10,
  'latency, 200 ms / MessageBus / offeredPerSecond': 10_000,
  // Of an open loop: pacing.
  'latency, 200 ms / MessageBus / cpuMsPer1000': 9,
  'queued-memory, 200 ms / BufferedMessageBusClient / bytesPerMessage': 40,
};

test('the trend grows with each run, and the pinned release does not creep', () => {
  const store = new BaselineStore(folder);
  expect([store.trend(), store.pinned()]).toEqual([[], undefined]);
  store.append(baseline({ a: 1 }));
  store.append(baseline({ a: 2 }));
  expect(store.trend().map(({ figures }) => figures)).toEqual([{ a: 1 }, { a: 2 }]);
  store.pin('0.1.0', baseline({ a: 1 }));
  store.append(baseline({ a: 3 }));
  expect(() => store.pin('0.1.0', baseline({ a: 3 }))).toThrow(/baseline of 0\.1\.0 is pinned already/);
  expect(() => store.checkUnpinned('0.1.0')).toThrow(expect.objectContaining({ code: 'BASELINE_PINNED' }) as Error);
  expect(() => store.checkUnpinned('0.2.0')).not.toThrow();
  expect(store.pinned()).toMatchObject({ release: '0.1.0', figures: { a: 1 } });
  store.pin('0.2.0', baseline({ a: 3 }));
  expect(store.pinned()).toMatchObject({ release: '0.2.0', figures: { a: 3 } });
});

test('a broken line of the trend is named', () => {
  const store = new BaselineStore(folder);
  store.append(baseline({ a: 1 }));
  appendFileSync(join(folder, 'trend.jsonl'), '{"figures":1}\n');
  expect(() => store.trend()).toThrow(/trend\.jsonl, line 2/);
  const other = new BaselineStore(join(folder, 'other'));
  other.append({ figures: {}, fingerprint: null } as never);
  expect(() => other.trend()).toThrow(/trend\.jsonl, line 1/);
  appendFileSync(join(folder, 'trend.jsonl'), '{');
  expect(() => store.trend()).toThrow(expect.objectContaining({ code: 'UNREADABLE_RESULT' }) as Error);
});

test.each([
  ['throughput, 100 ms / MessageBus / throughputPerSecond', 0.91, 0.89, 'throughput'],
  ['latency, 200 ms / MessageBus / p99Us', 1.19, 1.21, 'latency'],
  ['throughput, 100 ms / MessageBus / cpuNsPerMessage', 1.24, 1.26, 'cpu'],
  ['throughput, 100 ms / MessageBus / heapUsedPeakMb', 1.29, 1.31, 'memory'],
  ['queued-memory, 200 ms / BufferedMessageBusClient / bytesPerMessage', 1.29, 1.31, 'memory'],
] as const)('%s passes at %d times, and not at %d times the pinned figure', (figure, passing, failing, kind) => {
  const at = (ratio: number) =>
    checkGates(baseline(FIGURES), baseline({ ...FIGURES, [figure]: FIGURES[figure] * ratio }));
  expect(at(passing)).toEqual({ isComparable: true, compared: 5, missing: 0, violations: [] });
  expect(at(failing).violations).toMatchObject([{ figure, kind }]);
});

test('figures of another machine are not compared, and that is said', () => {
  const other = { ...baseline(FIGURES), fingerprint: { ...print, cpu: 'another' } };
  expect(checkGates(baseline(FIGURES), other)).toEqual({
    isComparable: false,
    compared: 0,
    missing: 0,
    violations: [],
  });
});

test('of a comparison the medians of what was measured are kept', () => {
  const metrics = { p99Us: spread([1, 3, 2]) };
  const cell = { problems: [], samples: {}, metrics };
  const result: ComparisonResult = {
    fingerprint: print,
    rounds: 3,
    measureMs: 1,
    seed: 1,
    tookMs: 1,
    workloads: [
      {
        workload: 'latency',
        work: '',
        measureMs: 100,
        shows: [],
        cells: [
          { ...cell, contender: 'good', outcome: 'measured' },
          { ...cell, contender: 'bad', outcome: 'wrong' },
        ],
      },
    ],
  };
  expect(baselineOf(result).figures).toEqual({ 'latency, 100 ms / good / p99Us': 2 });
  const [longer] = result.workloads.map((workload) => ({ ...workload, measureMs: 500 }));
  const other = baselineOf({ ...result, workloads: longer === undefined ? [] : [longer] });
  expect(checkGates(baselineOf(result), other)).toEqual({
    isComparable: true,
    compared: 0,
    missing: 1,
    violations: [],
  });
});
