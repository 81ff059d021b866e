import { Redis } from 'ioredis';
import type { DeadLetter } from '@tradewind/core-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, repeatedOf } from './support/handled-log.ts';
import { pendingOf } from './support/stored.ts';

const KEYS = 20;

describe('messages that cannot be handled', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  test('a handler that always throws: the message is set aside with its cause, the others of its entry are handled once', async () => {
    const prefix = 'poison';
    const bench = new FaultBench(server.url, { streamsPrefix: prefix });
    try {
      const count = 1000;
      const producer = await bench.producer({ keys: KEYS });
      const { program, log } = await bench.consumer({ failAt: [137], attempts: 3 });
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 10_000 }, 'published');
      await bench.untilHandled(count - 1);
      const letters = await untilLetters(server, prefix, 1);
      expect(letters).toMatchObject([
        { payload: { n: 137 }, topic: 'data.trades.TEST.K17', cause: { message: 'Message 137 is poison.' } },
      ]);
      expect(log.failed.length).toBe(letters[0]?.attempts);
      expect(repeatedOf(log.numbers)).toEqual([]);
      expect(missingOf(log.distinct, count)).toEqual([137]);
      expect(await program.close()).toMatchObject({ unsettled: 0 });
      expect(await pendingOf(server.port, prefix, 'desk')).toBe(0);
    } finally {
      await bench.end();
    }
  });

  test('a message that kills every process that touches it ends among the dead letters, and nothing else is lost', async () => {
    const prefix = 'killer';
    // Entries of one message in one stream: Redis counts deliveries by entry, and what is in hand beside the poison each time shares its fate.
    const bench = new FaultBench(server.url, {
      streamsPrefix: prefix,
      shards: 1,
      maxDeliveries: 3,
      claimIdleMs: 500,
      maxEntryMessages: 1,
    });
    try {
      const count = 200;
      const producer = await bench.producer({ keys: KEYS });
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 100_000 }, 'published');
      await producer.ask({ kind: 'flush' }, 'flushed');
      for (let life = 1; life <= 3; life += 1) {
        const { program } = await bench.consumer({ dieAt: 50, dieWhen: 'beforeHandling' });
        expect(await program.whenGone()).toBe('SIGKILL');
      }
      // It would kill this one too; but its count is beyond what is allowed.
      const { program: survivor } = await bench.consumer({ dieAt: 50, dieWhen: 'beforeHandling' });
      await bench.untilHandled(count - 1);
      expect(missingOf(bench.handled().distinct, count)).toEqual([50]);
      const letters = await untilLetters(server, prefix, 1, 1);
      expect(letters.map(({ payload }) => payload)).toEqual([{ n: 50, key: 10 }]);
      expect(survivor.isRunning).toBe(true);
    } finally {
      await bench.end();
    }
  });

  test('a truncated entry, and bytes that are no entry, are set aside; what stands before and behind them is handled', async () => {
    const prefix = 'truncated';
    const bench = new FaultBench(server.url, { streamsPrefix: prefix, shards: 1 });
    const redis = new Redis({ port: server.port });
    try {
      const producer = await bench.producer({ keys: KEYS });
      await producer.ask({ kind: 'publish', from: 0, to: 100, perSecond: 100_000 }, 'published');
      await producer.ask({ kind: 'flush' }, 'flushed');
      const stream = `{${prefix}:0}:normal`;
      const [first] = await redis.xrangeBuffer(stream, '-', '+', 'COUNT', 1);
      const bytes = first?.[1][1] ?? Buffer.alloc(0);
      await redis.xadd(stream, '*', 'b', bytes.subarray(0, bytes.length >> 1));
      await redis.xadd(stream, '*', 'b', Buffer.from('no entry at all'));
      await redis.xadd(stream, '*', 'b', Buffer.of(99, 0, 1, 2));
      await producer.ask({ kind: 'publish', from: 100, to: 200, perSecond: 100_000 }, 'published');
      await producer.ask({ kind: 'flush' }, 'flushed');
      const { program, log } = await bench.consumer();
      await bench.untilHandled(200);
      expect(missingOf(log.distinct, 200)).toEqual([]);
      expect(repeatedOf(log.numbers)).toEqual([]);
      const { losses } = await program.ask({ kind: 'report' }, 'report');
      expect(losses.map(({ kind }) => kind)).toEqual(['undecodable', 'undecodable', 'undecodable']);
      expect(await untilLetters(server, prefix, 3, 1)).toHaveLength(3);
      expect(await program.close()).toMatchObject({ unsettled: 0 });
      expect(await pendingOf(server.port, prefix, 'desk')).toBe(0);
    } finally {
      redis.disconnect();
      await bench.end();
    }
  });
});

/** The dead letters of a base, once there are so many. */
async function untilLetters(
  server: RedisServer,
  streamsPrefix: string,
  count: number,
  shards = 4,
): Promise<readonly DeadLetter[]> {
  const transport = redisStreamTransport({ connection: server.url, streamsPrefix, shards });
  const deadline = performance.now() + 30_000;
  try {
    for (;;) {
      const letters = await Array.fromAsync(transport.deadLetters.list({ limit: 1000 }));
      if (letters.length >= count) return letters;
      if (performance.now() > deadline) throw new Error(`Expected ${count} dead letters, got ${letters.length}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await transport.close();
  }
}
