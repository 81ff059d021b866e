import { seededRandom } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { findContender } from '../../src/contenders/builtin.ts';
import { constantLoad } from '../../src/load/steady-shapes.ts';
import { loadTest } from '../../src/running/load-test.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';
import { faultyContender, STALL_MS, type Fault } from './faulty-bus.ts';

const FOUND: readonly (readonly [Fault, RegExp])[] = [
  ['drops', /^lost 1 of \d+ messages/],
  ['duplicates', /delivered 1 messages again/],
  ['reorders', /delivered 1 messages after later ones of their stream/],
  ['miscounts', /claims \d+ deliveries where \d+ are due/],
  ['settles-early', /said that it was settled with 1 messages still to come/],
  ['invents', /delivered 1 messages that were never sent/],
  ['refuses', /refused 1 of \d+ messages/],
];

/** The fault strikes in the warm-up and in the measured part, each of which has its own ledger. */
const MEASURE_MS = 150;
/** Few, so that tests are quick. */
const WARM_UP = 1000;

describe.each(['throughput', 'latency', 'fan-out-1'])('in the workload %s', (name) => {
  test.each(FOUND)('a bus that %s is found out, and its figures do not stand', async (fault, problem) => {
    const result = await runBenchmark({
      contender: faultyContender(fault),
      workload: findWorkload(name),
      measureMs: MEASURE_MS,
      warmUpMessages: WARM_UP,
    });
    expect(result.outcome).toBe('wrong');
    expect(result.problems.join('; ')).toMatch(problem);
  });

  test('the same bus without a fault is measured', async () => {
    const contender = faultyContender('none');
    const result = await runBenchmark({
      contender,
      workload: findWorkload(name),
      measureMs: MEASURE_MS,
      warmUpMessages: WARM_UP,
    });
    expect(result).toMatchObject({ outcome: 'measured', problems: [] });
  });
});

test.each(['order-flow', 'priority-fairness'])('a lost message is found in %s', async (name) => {
  const contender = faultyContender('drops');
  const result = await runBenchmark({
    contender,
    workload: findWorkload(name),
    measureMs: 100,
    warmUpMessages: WARM_UP,
  });
  expect(result.outcome).toBe('wrong');
  expect(result.problems.join('; ')).toMatch(/lost 1 of/);
});

describe('in the workload market-data', () => {
  const options = { workload: findWorkload('market-data'), measureMs: 100, warmUpMessages: WARM_UP };

  test('the last quote of every symbol must arrive', async () => {
    const { outcome, problems } = await runBenchmark({ ...options, contender: faultyContender('falls-silent') });
    expect(outcome).toBe('wrong');
    expect(problems.join('; ')).toMatch(/lost the last quote of \d+ of 200 symbols/);
  });

  test('a bus without conflation must deliver every quote', async () => {
    const { outcome, problems, receipts } = await runBenchmark({ ...options, contender: faultyContender('drops') });
    expect(outcome).toBe('wrong');
    expect(problems).toEqual([expect.stringMatching(/^lost 1 of \d+ quotes$/)]);
    expect(receipts?.missing).toBe(1);
  });

  test('a bus with conflation may leave out what it counts as superseded, and no more', async () => {
    const honest = await runBenchmark({ ...options, contender: faultyContender('supersedes') });
    expect(honest).toMatchObject({ outcome: 'measured', problems: [], receipts: { missing: 0 } });
    expect(honest.metrics['deliveredShare']).toBeLessThan(1);
    const lossy = await runBenchmark({ ...options, contender: faultyContender('supersedes-silently') });
    expect(lossy.problems).toEqual([expect.stringMatching(/^lost 1 of \d+ quotes$/)]);
    const boasting = await runBenchmark({ ...options, contender: faultyContender('supersedes-nothing') });
    expect(boasting.problems).toEqual(['claims 1 superseded quotes where 0 did not arrive']);
  });

  test('our client conflates, and its account balances', async () => {
    const contender = findContender('BufferedMessageBusClient');
    const result = await runBenchmark({ ...options, contender });
    expect(result).toMatchObject({ outcome: 'measured', problems: [] });
    expect(result.metrics['deliveredShare']).toBeLessThan(1);
  });
});

test('a stall of 100 ms is in the percentiles, although no message was on its way while it lasted', async () => {
  const shape = constantLoad({ perSecond: 5000, durationMs: 400 });
  const result = await loadTest({ contender: faultyContender('stalls'), shape });
  expect(result.problems).toEqual([]);
  expect(result.receipts.received).toBe(2000);
  // A fifth or so of all messages was due during the stall and waited for what was left of it. Had latency been counted from the real
  // time of sending, a single message in 2,000 would have been slow, and P99 fast: that is coordinated omission.
  expect(result.metrics['p99Us']).toBeGreaterThan(0.8 * STALL_MS * 1000);
  expect(result.metrics['p90Us']).toBeGreaterThan(0.2 * STALL_MS * 1000);
  expect(result.metrics['longestSendDelayUs']).toBeGreaterThan(0.9 * STALL_MS * 1000);
});

test('a bus that is slower than what is offered shows an achieved rate below it, and growing latency', async () => {
  const random = seededRandom(1);
  const contender = faultyContender('none', () => 0.9 + 0.2 * random.next());
  const result = await loadTest({ contender, shape: constantLoad({ perSecond: 2000, durationMs: 300 }) });
  expect(result.offeredPerSecond).toBeCloseTo(2000, 0);
  expect(result.achievedPerSecond).toBeLessThan(1100);
  expect(result.metrics['p95Us']).toBeGreaterThan(200_000);
  // 600 messages are too few for it.
  expect(result.metrics).not.toHaveProperty('p99Us');
});
