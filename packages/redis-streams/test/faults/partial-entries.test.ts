import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, repeatedOf } from './support/handled-log.ts';

/** Each number under a key of its own, so that one slow handler holds up nobody else. */
const KEYS = 100;
/** A process that gets no turn for so long loses its lease, and what it holds counts one delivery more than it should. */
const LEASE_MS = 5000;

test('of an entry that is settled in part only the rest runs again after a crash', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'partial', shards: 1, claimIdleMs: LEASE_MS });
  try {
    const producer = await bench.producer({ keys: KEYS });
    await producer.ask({ kind: 'publish', from: 0, to: 100, perSecond: 1_000_000 }, 'published');
    await producer.ask({ kind: 'flush' }, 'flushed');
    const unfinished = [3, 42, 43, 99];
    const { program: first } = await bench.consumer({ slow: { ms: 600_000, at: unfinished } });
    await bench.untilHandled(100);
    // Long enough for the acknowledgements of the others to be on the server.
    await delay(1000);
    first.kill('SIGKILL');
    await first.whenGone();
    const { program: second, log } = await bench.consumer({ name: 'second' });
    while (log.distinct.size < unfinished.length) await delay(20);
    expect(await second.close()).toMatchObject({ unsettled: 0 });
    expect(log.numbers.toSorted((a, b) => a - b)).toEqual(unfinished);
    expect(log.handled.every(({ deliveryCount }) => deliveryCount === 2)).toBe(true);
    expect(missingOf(bench.handled().distinct, 100)).toEqual([]);
  } finally {
    await bench.end();
    await server.stop();
  }
});

test('of an entry in which some handlers fail only those run again', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'failing', shards: 1 });
  try {
    const producer = await bench.producer({ keys: KEYS });
    const { program, log } = await bench.consumer({ failAt: [10, 20, 30], attempts: 2 });
    await producer.ask({ kind: 'publish', from: 0, to: 100, perSecond: 1_000_000 }, 'published');
    await bench.untilHandled(97);
    while (log.failed.length < 6) await delay(20);
    expect(await program.close()).toMatchObject({ unsettled: 0 });
    expect(repeatedOf(log.numbers)).toEqual([]);
    expect(new Set(log.failed.map(({ n }) => n))).toEqual(new Set([10, 20, 30]));
  } finally {
    await bench.end();
    await server.stop();
  }
});
