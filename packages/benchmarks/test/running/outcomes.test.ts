import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findContender } from '../../src/contenders/builtin.ts';
import { importPeer } from '../../src/contenders/import-peer.ts';
import type { Contender } from '../../src/contenders/contender.ts';
import type { LoadShape } from '../../src/load/load-shape.ts';
import { constantLoad } from '../../src/load/steady-shapes.ts';
import { cellOf } from '../../src/running/cells.ts';
import { loadTest, type LoadTestOptions } from '../../src/running/load-test.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findWorkload, WORKLOADS } from '../../src/workloads/builtin.ts';

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

const shape = constantLoad({ perSecond: 2000, durationMs: 50 });

/** A bus of one's own whose `publish` does what the test says. */
function publishing(publish: (count: number) => unknown): Contender {
  let count = 0;
  return {
    name: 'own',
    packages: [],
    features: [],
    create: () => ({
      subscribe: () => undefined,
      extras: { subscribeBatch: () => undefined },
      publish: () => publish(count++),
      settle: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  };
}

test('a bus whose publish throws ends the load test with what it threw, and not the process', async () => {
  const contender = publishing((count) => {
    if (count === 3) throw new Error('queue full');
    return true;
  });
  await expect(loadTest({ contender, shape })).rejects.toThrow('queue full');
  // What a bus itself refuses comes the same way: a wildcard is no topic to publish on.
  await expect(
    loadTest({ contender: findContender('MessageBus'), shape, topics: ['data.quotes.*'] }),
  ).rejects.toMatchObject({ code: 'INVALID_TOPIC' });
});

test('a promise of publish that rejects is a refusal, told with its reason', async () => {
  const contender = publishing(async (count) => {
    if (count % 2 === 0) throw new Error('not connected');
  });
  const { problems } = await loadTest({ contender, shape });
  expect(problems).toContain('refused 50 of 100 messages, the first one since: not connected');
  // A promise of false says as much as false.
  const unwilling = await loadTest({ contender: publishing((count) => Promise.resolve(count % 4 !== 0)), shape });
  expect(unwilling.problems).toContain('refused 25 of 100 messages');
  const none = { ...publishing(() => true), create: () => undefined as never };
  await expect(loadTest({ contender: none, shape })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
});

test('a load that cannot be played is refused before anything is sent', async () => {
  const contender = findContender('mitt');
  const planOf = (...arrivalsMs: number[]): LoadShape => ({
    name: 'own',
    durationMs: 50,
    arrivalsMs: () => Float64Array.from(arrivalsMs),
  });
  const wrong: readonly (readonly [Partial<LoadTestOptions>, string])[] = [
    [{ contender: undefined as never }, 'contender'],
    [{ shape: undefined as never }, 'shape'],
    [{ shape: { ...shape, durationMs: 0 } }, 'shape.durationMs'],
    [{ shape: planOf(0, Number.NaN, 3) }, 'arrivalsMs[1]'],
    [{ shape: planOf(50, 1) }, 'arrivalsMs[1]'],
    [{ shape: planOf(-1) }, 'arrivalsMs[0]'],
    [{ topics: 'a.b' as never }, 'topics'],
    [{ topics: ['a.b', 'a.b'] }, 'topics'],
    [{ priority: 99 as never }, 'priority'],
    [{ handlerUs: -5 }, 'handlerUs'],
    [{ handlerUs: 'abc' as never }, 'handlerUs'],
    [{ seed: Number.NaN }, 'seed'],
  ];
  for (const [options, path] of wrong) {
    await expect(loadTest({ contender, shape, ...options }), path).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [{ path }],
    });
  }
});

test('messages that are refused after the bus has settled are not taken for arrivals that came late', async () => {
  const contender = publishing(() => sleep(2).then(() => Promise.reject(new Error('too slow'))));
  const { problems } = await loadTest({ contender, shape });
  expect(problems.filter((problem) => problem.includes('still to come'))).toEqual([]);
});

/** The recorded arrivals are not part of the repository; they are sent as those of the other loads are. */
const OWN_ARRIVALS = WORKLOADS.map(({ name }) => name).filter((name) => name !== 'latency-recorded');

test.each(OWN_ARRIVALS)(
  '%s: a bus that takes nothing and says so late ends the run, and not the process',
  async (name) => {
    const workload = findWorkload(name);
    const contender = {
      ...publishing(() => sleep(1).then(() => Promise.reject(new Error('queue full')))),
      features: [...workload.needs],
    };
    const outcome = await runBenchmark({ contender, workload, measureMs: 5, warmUpMessages: 1 }).then(
      ({ problems }) => problems.join(),
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    expect(outcome).toMatch(/queue full|lost|refused/);
  },
);
