import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import { spread } from '../../src/measuring/statistics.ts';
import { readComparisonReport } from '../../src/output/comparison-report.ts';
import { writeReport } from '../../src/output/write-report.ts';
import type { ComparisonResult } from '../../src/running/run-comparison.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-comparison-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const print = fingerprint();

/** A comparison of one contender whose cost is `cost`, on some workloads. */
function comparison(cost: number, workloads: readonly string[], outcome: 'measured' | 'left-out' = 'measured') {
  const metrics = outcome === 'measured' ? { cpuNsPerMessage: spread([cost]) } : {};
  const cells = [{ contender: `bus${cost}`, outcome, problems: [], samples: {}, metrics }];
  const shows = [{ metric: 'cpuNsPerMessage', better: 'less' as const }];
  const result: ComparisonResult = {
    fingerprint: { ...print, commit: `commit${cost}` },
    rounds: 3,
    measureMs: 100,
    seed: cost,
    tookMs: 1,
    workloads: workloads.map((workload) => ({ workload, work: `Does ${workload}.`, measureMs: 100, shows, cells })),
  };
  return result;
}

const json = () => join(folder, 'comparison.json');
const page = () => readFileSync(join(folder, 'comparison.md'), 'utf8');
const stored = () =>
  readComparisonReport(json()).recorded.map(({ command, result }) => [
    command,
    ...result.workloads.map(({ workload }) => workload),
  ]);

test('what is not run again stays, each with the run that it is of, in the usual order', () => {
  writeReport(comparison(1, ['throughput', 'fan-out-1', 'latency', 'own']), { folder, command: 'all' });
  writeReport(comparison(2, ['fan-out-1']), { folder, command: 'one' });
  expect(stored()).toEqual([
    ['all', 'throughput', 'latency', 'own'],
    ['one', 'fan-out-1'],
  ]);
  expect([...page().matchAll(/^## (.+)$/gm)].map(([, name]) => name)).toEqual([
    'throughput',
    'fan-out-1',
    'latency',
    'own',
  ]);
  expect(page()).toMatch(/^Written by `all`/m);
  expect(page()).toMatch(
    /## fan-out-1\n\nDoes fan-out-1\. Runs of about 100 ms\.\n\nRun apart, by `one`, 3 rounds, seed 2\..*commit commit2/,
  );
  expect(page()).toContain('| bus2 | 2 ns |');
  expect(page()).toContain('| bus1 | 1 ns |');
  const linked = [...page().matchAll(/\(comparison\/([^)]+)\)/g)].map(([, name]) => name);
  expect(new Set(linked)).toEqual(new Set(readdirSync(join(folder, 'comparison'))));
});

test('all of it again leaves nothing of the earlier runs, and pictures that nobody draws go', () => {
  writeReport(comparison(1, ['throughput', 'latency']), { folder, command: 'all' });
  writeReport(comparison(2, ['latency']), { folder, command: 'one' });
  writeFileSync(join(folder, 'comparison', 'stale.svg'), '<svg/>');
  writeReport(comparison(3, ['throughput', 'latency']), { folder, command: 'again' });
  expect(stored()).toEqual([['again', 'throughput', 'latency']]);
  expect(page()).not.toContain('Run apart');
  expect(readdirSync(join(folder, 'comparison'))).toEqual(['latency.svg', 'throughput.svg']);
});

test('a workload that there was no time for stays as it was; a new one is told to be left out', () => {
  writeReport(comparison(1, ['latency']), { folder, command: 'all' });
  writeReport(comparison(2, ['latency', 'throughput'], 'left-out'), { folder, command: 'late' });
  expect(stored()).toEqual([
    ['all', 'latency'],
    ['late', 'throughput'],
  ]);
});

test('a result of one run, as it was stored before, is read; anything else is UNREADABLE_RESULT', () => {
  const result = comparison(1, ['latency']);
  // At first a workload had no length of its own: JSON leaves out what is undefined.
  const workloads = result.workloads.map((workload) => ({ ...workload, measureMs: undefined }));
  writeFileSync(json(), JSON.stringify({ ...result, workloads }));
  expect(readComparisonReport(json()).recorded).toMatchObject([{ result: { workloads: [{ measureMs: 100 }] } }]);
  writeReport(comparison(2, ['throughput']), { folder, command: 'one' });
  expect(stored()).toEqual([
    [undefined, 'latency'],
    ['one', 'throughput'],
  ]);
  for (const broken of ['{', '{"a":1}', 'null']) {
    writeFileSync(json(), broken);
    expect(() => readComparisonReport(json())).toThrow(expect.objectContaining({ code: 'UNREADABLE_RESULT' }) as Error);
  }
});
