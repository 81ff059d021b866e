import { expect, test } from 'vitest';
import { baselineBus } from '../../src/contenders/baseline-bus.ts';
import { importPeer } from '../../src/contenders/import-peer.ts';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import { HdrHistogram } from '../../src/measuring/histogram.ts';
import { cellOf } from '../../src/running/cells.ts';
import { runBenchmark, type BenchmarkResult } from '../../src/running/run-benchmark.ts';
import { latencyMetrics } from '../../src/workloads/latency-metrics.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';

const workload = findWorkload('latency');
const print = fingerprint();

/** A round of so many messages, which took 1 µs, 2 µs, …. */
function round(messages: number): BenchmarkResult {
  const latency = new HdrHistogram();
  for (let i = 1; i <= messages; i += 1) latency.record(1000 * i);
  const metrics = latencyMetrics(latency);
  return {
    contender: 'a',
    workload: 'b',
    outcome: 'measured',
    problems: [],
    metrics,
    latency: latency.toJSON(),
    fingerprint: print,
  };
}

test('a percentile that one round does not reach is left out, and with it a figure under a false name', () => {
  expect(Object.keys(round(999).metrics)).toEqual(['p50Us', 'p90Us', 'p95Us', 'meanUs', 'maxUs']);
  expect(round(1000).metrics).toHaveProperty('p99Us');
});

test('rounds that reach it have a figure each; where one does not, it is that of all messages together', () => {
  const three = cellOf(workload, baselineBus, [round(1000), round(1000), round(2000)]);
  expect(three.samples['p99Us']).toHaveLength(3);
  const short = cellOf(workload, baselineBus, [round(1000), round(999), round(1000)]);
  expect(short.samples['p50Us']).toHaveLength(3);
  expect(short.samples['p99Us']).toHaveLength(1);
  expect(short.metrics['p99Us']?.median).toBeCloseTo(990, -1);
  expect(short.metrics).not.toHaveProperty('p999Us');
});

test('rounds that do not reach it together have none', () => {
  const cell = cellOf(workload, baselineBus, [round(100), round(100)]);
  expect(cell.metrics).toHaveProperty('p95Us');
  expect(cell.metrics).not.toHaveProperty('p99Us');
  expect(cell.samples).not.toHaveProperty('p99Us');
});

test('a contender whose package is not installed cannot, and its cell says how to get it', () => {
  const why = 'mitt is not installed. Run npm install --save-dev mitt, or leave out what needs it.';
  const absent: BenchmarkResult = {
    ...round(100),
    outcome: 'cannot',
    problems: [why],
    metrics: {},
    latency: undefined,
  };
  expect(cellOf(workload, baselineBus, [absent])).toMatchObject({ outcome: 'cannot', problems: [why], metrics: {} });
});

test('a peer that a workload misses is the outcome of a run too; another error is thrown', async () => {
  const missing = () =>
    importPeer('mitt', () => Promise.reject(Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' })));
  const needy = { ...workload, prepare: missing };
  expect(await runBenchmark({ contender: baselineBus, workload: needy })).toMatchObject({ outcome: 'cannot' });
  const broken = { ...baselineBus, create: () => Promise.reject(new Error('no bus today')) };
  await expect(runBenchmark({ contender: broken, workload })).rejects.toThrow('no bus today');
});
