import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepBaseline } from '../../src/cli/keep-baseline.ts';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import { spread } from '../../src/measuring/statistics.ts';
import { BaselineStore } from '../../src/regression/baselines.ts';
import type { ComparisonResult } from '../../src/running/run-comparison.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-keep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const print = fingerprint();

function resultOf({ p99Us = 10, measureMs = 200, rounds = 3 } = {}): ComparisonResult {
  const cell = { contender: 'bus', outcome: 'measured' as const, problems: [], samples: {} };
  const cells = [{ ...cell, metrics: { p99Us: spread([p99Us]) } }];
  return {
    fingerprint: print,
    rounds,
    roundsWanted: 3,
    measureMs,
    seed: 1,
    tookMs: 1,
    workloads: [{ workload: 'latency', work: '', shows: [], measureMs, cells }],
  };
}

function keep(result: ComparisonResult, { pin, isSound = true }: { pin?: string; isSound?: boolean } = {}) {
  const lines: string[] = [];
  const options = { store: new BaselineStore(folder), pin, isSound, tell: (line: string) => lines.push(line) };
  return { isAsWanted: keepBaseline(result, options), lines };
}

test('a sound run is pinned, and later ones are held against it', () => {
  expect(keep(resultOf(), { pin: '1.0.0' })).toEqual({
    isAsWanted: true,
    lines: ['Pinned 1 figures as the baseline of 1.0.0.'],
  });
  expect(keep(resultOf({ p99Us: 11 }))).toEqual({
    isAsWanted: true,
    lines: ['1 figures compared with 1.0.0, 0 worse than the gates allow.'],
  });
  expect(keep(resultOf({ p99Us: 15 }))).toEqual({
    isAsWanted: false,
    lines: [
      'worse than 1.0.0: latency, 200 ms / bus / p99Us: 10 -> 15 (1.5x)',
      '1 figures compared with 1.0.0, 1 worse than the gates allow.',
    ],
  });
});

test('a run of another length is not compared, and that is said', () => {
  keep(resultOf(), { pin: '1.0.0' });
  expect(keep(resultOf({ p99Us: 99, measureMs: 500 })).lines).toEqual([
    '0 figures compared with 1.0.0, 0 worse than the gates allow. 1 of its figures were not measured this time, or in runs of another length.',
  ]);
});

test('a run that is wrong, or short of rounds, is not pinned', () => {
  const wrong = keep(resultOf(), { pin: '1.0.0', isSound: false });
  expect(wrong.isAsWanted).toBe(false);
  expect(wrong.lines).toEqual([expect.stringMatching(/^Not pinned.*not everything was measured/) as string]);
  const short = keep(resultOf({ rounds: 2 }), { pin: '1.0.0' });
  expect(short.isAsWanted).toBe(false);
  expect(short.lines).toEqual([expect.stringMatching(/^Not pinned.*only 2 of 3 rounds/) as string]);
  expect(existsSync(join(folder, 'pinned.json'))).toBe(false);
  expect(readFileSync(join(folder, 'trend.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
});

test('a change of the trend is told as soon as a run shows that it lasted', () => {
  const told = Array.from({ length: 16 }, (_, i) => keep(resultOf({ p99Us: (i < 8 ? 10 : 20) + (i % 3) / 10 })).lines);
  expect(told.slice(0, 12).flat()).toEqual([]);
  expect(told.at(-1)).toEqual([
    '1 changes in the trend of 1 figures, 1 of them for the worse: tradewind-bench trend FOLDER tells which.',
  ]);
});
