import { describe, expect, test } from 'vitest';
import { findContender } from '../../src/contenders/builtin.ts';
import { constantLoad } from '../../src/load/steady-shapes.ts';
import { loadTest } from '../../src/running/load-test.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';
import { losing, type Loss } from './losing-bus.ts';

/** The warm-up has 1,000 messages and at most as many more in the rehearsal of its plan. */
const IN_WARM_UP: Loss = { nth: 700 };
const MEASURED: Loss = { nth: 2500 };
/** A flood sends batches of 500, one of them at least in the measured part. */
const IN_FIRST_BATCH: Loss = { nth: 1200 };
const CHECKS = 'RiskEngine.check';
const REPLIES = `${CHECKS}.reply`;

const PLANTED: readonly (readonly [workload: string, contender: string, loss: Loss, found: RegExp])[] = [
  ['throughput', 'baseline', IN_WARM_UP, /^lost 1 of .*nothing was measured/],
  ['throughput', 'baseline', IN_FIRST_BATCH, /^lost 1 of/],
  ['fan-out-1', 'baseline', IN_FIRST_BATCH, /^lost 1 of/],
  ['pattern-matching', 'baseline', IN_FIRST_BATCH, /^lost 1 of/],
  ['batch-processing', 'BufferedMessageBusClient', IN_FIRST_BATCH, /^lost 1 of/],
  ['queued-memory', 'baseline', MEASURED, /^lost 1 of/],
  ['latency', 'baseline', IN_WARM_UP, /^did not settle/],
  ['latency', 'baseline', MEASURED, /^lost 1 of/],
  ['market-data', 'baseline', MEASURED, /^lost 1 of \d+ quotes/],
  ['order-flow', 'baseline', MEASURED, /lost 1 of/],
  ['priority-fairness', 'baseline', MEASURED, /LOW: lost 1 of/],
  ['arbitrage', 'baseline', { nth: 2500, prefix: 'data.' }, /quotes: lost 1 of/],
  ['trading-desk', 'baseline', { nth: 2500, prefix: 'data.' }, /quotes: lost 1 of/],
  ['risk-checks', 'baseline', { nth: 500, prefix: REPLIES }, /answers: lost 1 of/],
  ['risk-checks', 'MessageBus', { nth: 500, prefix: CHECKS }, /answers: lost 1 of/],
  // A round is 10,000 requests and as many replies; the first one is the warm-up.
  ['requests-in-flight', 'baseline', { nth: 700 }, /^lost 1 of 10000 answers.*nothing was measured/],
  ['requests-in-flight', 'baseline', { nth: 20_500 }, /^lost 1 of 20000 answers/],
  ['requests-in-flight', 'baseline', { nth: 10_500, prefix: REPLIES }, /^lost 1 of 20000 answers/],
  ['requests-in-flight', 'MessageBus', { nth: 10_500 }, /^lost 1 of 20000 answers/],
];

describe('a bus that loses a message and then never settles is found out', () => {
  // They mostly wait.
  test.concurrent.each(PLANTED)('%s, %s, loss %o', async (workload, contender, loss, found) => {
    const result = await runBenchmark({
      contender: losing(findContender(contender), loss),
      workload: findWorkload(workload),
      measureMs: 200,
      warmUpMessages: 1000,
    });
    expect(result.outcome).toBe('wrong');
    expect(result.problems.join('; ')).toMatch(found);
    expect(result.problems.join('; ')).toContain('did not close');
    expect(Object.values(result.metrics).every(Number.isFinite)).toBe(true);
  });
});

test('a load test tells what was lost, and that the bus did not settle', async () => {
  const contender = losing(findContender('baseline'), { nth: 50 });
  const { problems } = await loadTest({ contender, shape: constantLoad({ perSecond: 1000, durationMs: 200 }) });
  expect(problems).toEqual([
    'lost 1 of 200 messages',
    'did not settle within 3 s of the last arrival',
    'did not close within 3 s',
  ]);
});
