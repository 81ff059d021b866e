import { patternMatches } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { CONTENDERS } from '../../src/contenders/builtin.ts';
import { globExpression } from '../../src/contenders/glob-expression.ts';
import { importPeer } from '../../src/contenders/import-peer.ts';
import { runBenchmark, whyNot } from '../../src/running/run-benchmark.ts';
import { WORKLOADS } from '../../src/workloads/builtin.ts';
import { narrowPatterns, randomTrades } from '../../src/workloads/pattern-matching.ts';

const pairs = CONTENDERS.flatMap((contender) =>
  WORKLOADS.filter((workload) => whyNot(contender, workload).length === 0).map(
    (workload) => [`${contender.name}: ${workload.name}`, contender, workload] as const,
  ),
);

describe('every contender does every workload that it has the features for, and loses nothing', () => {
  test.each(pairs)('%s', async (_, contender, workload) => {
    const result = await runBenchmark({ contender, workload, measureMs: 20, warmUpMessages: 1000 });
    expect(result.problems).toEqual([]);
    expect(result.outcome).toBe('measured');
    // Too few messages for far percentiles.
    const told = workload.shows.filter(({ metric }) => !/p\d+Us$/i.test(metric));
    for (const { metric } of told) expect(result.metrics[metric]).toBeGreaterThan(0);
  });
});

test('a contender without the features is said to be unable, and does not run', async () => {
  const [mitt] = CONTENDERS.filter(({ name }) => name === 'mitt');
  const [patterns] = WORKLOADS.filter(({ name }) => name === 'pattern-matching');
  if (mitt === undefined || patterns === undefined) throw new Error('Expected both.');
  expect(await runBenchmark({ contender: mitt, workload: patterns })).toMatchObject({
    outcome: 'cannot',
    problems: ['has no patterns'],
    metrics: {},
  });
});

test('whoever conflates counts what was superseded, and nobody else does', async () => {
  for (const contender of CONTENDERS) {
    const bus = await contender.create();
    expect([contender.name, bus.extras?.superseded !== undefined]).toEqual([
      contender.name,
      contender.features.includes('conflation'),
    ]);
    await bus.close();
  }
});

test('a peer that is not installed is MISSING_PEER and says how to install it; other failures pass through', async () => {
  const notFound = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(importPeer('mitt', () => Promise.reject(notFound))).rejects.toMatchObject({
    code: 'MISSING_PEER',
    message: expect.stringContaining('npm install --save-dev mitt') as string,
  });
  await expect(importPeer('mitt', () => Promise.reject(new Error('other')))).rejects.toThrow('other');
});

test('the patterns match as often as the workload says, by the reference matcher', () => {
  const patterns = ['data.trades.*', ...narrowPatterns()];
  for (const { topic, matches } of randomTrades(1).slice(0, 60)) {
    expect(patterns.filter((pattern) => patternMatches(pattern, topic))).toHaveLength(matches);
  }
});

test('the baseline matches as the vocabulary says', () => {
  const patterns = ['data.*', '*', 'data.+.X', '+', 'data.?', 'a.b(c', 'data.*.X', '*USDT', 'data'];
  const topics = ['data', 'data.a', 'data.a.X', 'data.a.b.X', 'data.X', 'a.b(c', 'q.BTCUSDT'];
  for (const pattern of patterns) {
    for (const topic of topics) {
      expect(`${pattern} ${topic} ${globExpression(pattern).test(topic)}`).toBe(
        `${pattern} ${topic} ${patternMatches(pattern, topic)}`,
      );
    }
  }
});
