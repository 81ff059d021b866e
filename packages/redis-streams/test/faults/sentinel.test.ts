import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { startRedisSentinel, type RedisNode } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf } from './support/handled-log.ts';
import { reportedLoss } from './support/losses.ts';

const KEYS = 20;

describe('a fail-over by Sentinel under load', () => {
  test.each([
    [0, 'without WAIT loses at most what it reports'],
    [1, 'with WAIT for a replica loses nothing'],
  ])('%i replicas: %s', async (replicas) => {
    const set = await startRedisSentinel();
    const bench = new FaultBench(
      { sentinels: set.sentinels.map(({ host, port }) => ({ host, port })), masterName: set.name },
      { streamsPrefix: 'sentinel', replicas },
    );
    try {
      const count = 20_000;
      const producer = await bench.producer({ keys: KEYS });
      const { program: consumer } = await bench.consumer();
      producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 2500 });
      await bench.untilHandled(4000);
      const old = await set.master();
      // What is published from now on reaches neither the consumer nor, unless it is waited for, a replica.
      consumer.kill('SIGSTOP');
      await shutOutReplicas(old);
      await delay(500);
      await old.kill();
      await set.whenFailedOver(old);
      consumer.kill('SIGCONT');
      expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
      await producer.ask({ kind: 'flush' }, 'flushed');
      const deadline = performance.now() + 90_000;
      for (;;) {
        const missing = missingOf(bench.handled().distinct, count).length;
        const lost = reportedLoss(await consumer.ask({ kind: 'report' }, 'report'));
        if (missing === lost) break;
        if (performance.now() > deadline) throw new Error(`${lost} reported as lost, ${missing} missing.`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const missing = missingOf(bench.handled().distinct, count);
      if (replicas > 0) expect(missing).toEqual([]);
      else expect(missing.length).toBeGreaterThan(0);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
    } finally {
      await bench.end();
      await set.stop();
    }
  });
});

/** Shuts the replicas out: with a password that they do not have, which those who are connected already are not asked for. */
async function shutOutReplicas(master: RedisNode): Promise<void> {
  const redis = new Redis({ host: master.host, port: master.port });
  try {
    await redis.config('SET', 'requirepass', 'for nobody');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'replica');
  } finally {
    redis.disconnect();
  }
}
