import { expect, test } from 'vitest';
import { findContender } from '../../src/contenders/builtin.ts';
import { importPeer } from '../../src/contenders/import-peer.ts';
import { constantLoad } from '../../src/load/steady-shapes.ts';
import { cellOf } from '../../src/running/cells.ts';
import { loadTest } from '../../src/running/load-test.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';

test('a contender whose package is not installed cannot take part, and says what installs it', async () => {
  const absent = 'tradewind-absent-peer';
  const contender = {
    ...findContender('mitt'),
    create: () => importPeer(absent, async () => (await import(absent)) as never),
  };
  const workload = findWorkload('throughput');
  const result = await runBenchmark({ contender, workload, measureMs: 10 });
  expect(result).toMatchObject({ outcome: 'cannot', metrics: {} });
  expect(result.problems.join()).toContain(`npm install --save-dev ${absent}`);
  expect(cellOf(workload, contender, [result])).toMatchObject({ outcome: 'cannot', problems: result.problems });
});

test('an aborted load test says after how many messages, and does not blame the bus', async () => {
  const signal = AbortSignal.abort();
  const shape = constantLoad({ perSecond: 100, durationMs: 1000 });
  const { problems, receipts } = await loadTest({ contender: findContender('mitt'), shape, signal });
  expect(problems).toEqual([`aborted after ${receipts.sent} of 100 messages`]);
  expect(receipts.received).toBe(receipts.sent);
});
