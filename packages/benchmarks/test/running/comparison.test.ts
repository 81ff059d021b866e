import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '@tradewind/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runComparison, shuffled, type ComparisonOptions } from '../../src/running/run-comparison.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-contenders-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function contenderModule(name: string, publish: string): string {
  const path = join(folder, `${name}.mjs`);
  const source = `
    export const contender = {
      name: '${name}', packages: [], features: [],
      create() {
        const handlers = new Map();
        let count = 0;
        return {
          subscribe({ pattern, handler }) { handlers.set(pattern, handler); },
          publish(topic, probe) { count += 1; ${publish} },
          settle: () => Promise.resolve(),
          close: () => Promise.resolve(),
        };
      },
    };`;
  writeFileSync(path, source);
  return pathToFileURL(path).href;
}

test('contenders of modules and built-in ones run side by side, each in a process of its own, and every kind of outcome is told', async () => {
  const good = contenderModule('good', 'handlers.get(topic)(probe);');
  const lossy = contenderModule('lossy', 'if (count !== 700) handlers.get(topic)(probe);');
  const broken = contenderModule('broken', 'throw new Error("no publishing today");');
  const seen: string[] = [];
  const result = await runComparison({
    contenders: [good, lossy, broken, 'fastq'],
    workloads: ['throughput', 'pattern-matching'],
    rounds: 2,
    measureMs: 30,
    onProgress: ({ done, total, workload, contender }) => seen.push(`${done}/${total} ${workload} ${contender}`),
  });
  const [throughput, patterns] = result.workloads;
  const cellOf = (name: string) => throughput?.cells.find(({ contender }) => contender === name);
  expect(cellOf('good')).toMatchObject({ outcome: 'measured', problems: [] });
  expect(cellOf('good')?.samples['cpuNsPerMessage']).toHaveLength(2);
  expect(cellOf('good')?.metrics['cpuNsPerMessage']?.median).toBeGreaterThan(0);
  expect(cellOf('good')?.metrics['cpuMsPer1000']?.median).toBeGreaterThan(0);
  expect(cellOf('lossy')).toMatchObject({ outcome: 'wrong' });
  expect(cellOf('lossy')?.problems.join()).toMatch(/lost 1 of/);
  expect(cellOf('broken')).toMatchObject({ outcome: 'failed' });
  expect(cellOf('broken')?.problems.join()).toMatch(/no publishing today/);
  expect(cellOf('fastq')).toMatchObject({ outcome: 'measured' });
  expect(patterns?.cells.every(({ outcome }) => outcome === 'cannot')).toBe(true);
  expect(patterns?.cells[3]?.problems).toEqual(['has no patterns']);
  expect(seen).toHaveLength(8);
  expect(seen[0]).toMatch(/^0\/8 throughput /);
  expect(result.fingerprint.packages).toEqual({ fastq: '1.20.3' });
});

test('a queue that lost a message waits without end in a process with nothing else to do: its cell says what was lost', async () => {
  const path = join(folder, 'stuck.mjs');
  // Counts what waits, as queueing buses do: with the loss it never settles, and no timer of its own keeps the process alive.
  const source = `
    export const contender = {
      name: 'stuck', packages: [], features: ['queue'],
      create() {
        const handlers = new Map();
        let count = 0;
        let waiting = 0;
        let waiters = [];
        const idle = () => (waiting === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve)));
        return {
          subscribe({ pattern, handler }) { handlers.set(pattern, handler); },
          publish(topic, probe) {
            waiting += 1;
            setImmediate(() => {
              count += 1;
              if (count === 700) return;
              handlers.get(topic)(probe);
              waiting -= 1;
              if (waiting === 0) for (const resolve of waiters.splice(0)) resolve();
            });
          },
          settle: idle,
          close: idle,
        };
      },
    };`;
  writeFileSync(path, source);
  const contenders = [pathToFileURL(path).href];
  const { workloads } = await runComparison({ contenders, workloads: ['throughput'], rounds: 1, measureMs: 10 });
  expect(workloads[0]?.cells[0]).toMatchObject({ outcome: 'wrong' });
  expect(workloads[0]?.cells[0]?.problems.join('; ')).toMatch(/^lost 1 of .*did not settle .*did not close/);
});

test('latencies of all rounds are merged', async () => {
  const result = await runComparison({ contenders: ['mitt'], workloads: ['latency'], rounds: 2, measureMs: 50 });
  const [cell] = result.workloads[0]?.cells ?? [];
  expect(cell).toMatchObject({ outcome: 'measured', latency: { count: 1000 } });
});

test('a budget that is used up by the first round lets no second one begin', async () => {
  const options = { contenders: ['mitt'], workloads: ['fan-out-1'], rounds: 5, measureMs: 10, budgetMs: 1 };
  expect(await runComparison(options)).toMatchObject({ rounds: 1, roundsWanted: 5, runsLeftOut: 0 });
});

test('what the first round has not come to when the time is over is left out, and said to be', async () => {
  const options = { contenders: ['mitt', 'fastq'], workloads: ['fan-out-1'], rounds: 3, measureMs: 10, limitMs: 60 };
  const { rounds, runsLeftOut, workloads } = await runComparison(options);
  expect([rounds, runsLeftOut]).toEqual([1, 1]);
  const outcomes = workloads[0]?.cells.map(({ outcome, problems }) => [outcome, problems]);
  expect(outcomes).toContainEqual(['measured', []]);
  expect(outcomes).toContainEqual(['left-out', ['the time was over before it began']]);
});

test('the versions of what a workload needs beside the bus belong to the result', async () => {
  const options = { contenders: ['mitt'], workloads: ['arbitrage'], rounds: 1, measureMs: 20 };
  const { fingerprint } = await runComparison(options);
  expect(Object.keys(fingerprint.packages)).toEqual(['mitt', '@tradewind/arbitrage-routing']);
});

test('what would leave nothing to compare, or compare one with itself, is refused', async () => {
  const fine = { contenders: ['mitt'], workloads: ['throughput'] };
  const wrong: readonly (readonly [Partial<ComparisonOptions>, string])[] = [
    [{ contenders: [] }, 'contenders'],
    [{ workloads: undefined as never }, 'workloads'],
    [{ workloads: 'throughput' as never }, 'workloads'],
    [{ contenders: ['mitt', 'mitt'] }, 'contenders'],
    [{ workloads: ['throughput', { workload: 'throughput', measureMs: 10 }] }, 'workloads'],
    [{ budgetMs: Number.NaN }, 'budgetMs'],
    [{ limitMs: -1 }, 'limitMs'],
    [{ seed: 0.5 }, 'seed'],
  ];
  for (const [options, path] of wrong) {
    await expect(runComparison({ ...fine, ...options }), path).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [{ path }],
    });
  }
});

test('unknown names and modules that export nothing are told apart', async () => {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const bus = 1;');
  const run = (contender: string, workload: string) =>
    runComparison({ contenders: [contender], workloads: [workload] });
  await expect(run('kafka', 'latency')).rejects.toMatchObject({ code: 'UNKNOWN_CONTENDER' });
  await expect(run('mitt', 'speed')).rejects.toMatchObject({ code: 'UNKNOWN_WORKLOAD' });
  await expect(run(pathToFileURL(empty).href, 'latency')).rejects.toMatchObject({ code: 'INVALID_MODULE' });
  const absent = pathToFileURL(join(empty, '..', 'none.mjs')).href;
  await expect(run(absent, 'latency')).rejects.toMatchObject({ code: 'INVALID_MODULE' });
});

test('every order of the contenders comes up about as often', () => {
  const random = seededRandom(11);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i += 1) {
    const order = shuffled(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('a workload with contenders and a time of its own has those alone', async () => {
  const result = await runComparison({
    contenders: ['mitt', 'node:events'],
    workloads: ['throughput', { workload: 'fan-out-1', contenders: ['mitt'], measureMs: 20 }],
    rounds: 1,
    measureMs: 10,
  });
  const ran = result.workloads.map(({ workload, measureMs, cells }) => [
    workload,
    measureMs,
    ...cells.map(({ contender }) => contender),
  ]);
  expect(ran).toEqual([
    ['throughput', 10, 'mitt', 'node:events'],
    ['fan-out-1', 20, 'mitt'],
  ]);
  const stranger = { workload: 'fan-out-1', contenders: ['kafka'] };
  await expect(runComparison({ contenders: ['mitt'], workloads: [stranger] })).rejects.toThrow(
    /workloads: fan-out-1.*kafka/,
  );
});
