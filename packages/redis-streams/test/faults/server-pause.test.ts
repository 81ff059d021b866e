import { setTimeout as delay } from 'node:timers/promises';
import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { storedNumbers } from './support/stored.ts';

const KEYS = 20;

test('a server that stands still for 5 s (SIGSTOP) loses nothing and doubles nothing', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'pause', commandTimeoutMs: 1000 });
  try {
    const count = 20_000;
    const producer = await bench.producer({ keys: KEYS });
    await bench.consumer();
    producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 2500 });
    await bench.untilHandled(2000);
    server.pause();
    await delay(5000);
    server.resume();
    expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
    await producer.ask({ kind: 'flush' }, 'flushed');
    const numbers = [...(await storedNumbers(server.port, 'pause')).values()];
    expect(repeatedOf(numbers.flat())).toEqual([]);
    for (const inStream of numbers) expect(outOfOrderOf(inStream, KEYS)).toEqual([]);
    await bench.untilHandled(count);
    expect(missingOf(bench.handled().distinct, count)).toEqual([]);
    expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
  } finally {
    await bench.end();
    await server.stop();
  }
});

test('a publish to a server that stands still settles, says that it may have been stored, and is stored once when it is offered again', async () => {
  const server = await startRedisServer();
  const transport = redisStreamTransport({
    connection: server.url,
    streamsPrefix: 'paused',
    commandTimeoutMs: 200,
    publishTimeoutMs: 600,
  });
  try {
    const batch = (batchSequence: number) => ({
      priority: Priority.NORMAL,
      batchSequence,
      messages: [
        {
          topic: 'data.trades.TEST.K0',
          payload: { n: batchSequence - 1, key: 0 },
          priority: Priority.NORMAL,
          producer: 'p',
          sequence: batchSequence,
          publishedAtMs: 1,
        },
      ],
    });
    await transport.publish(batch(1));
    server.pause();
    await expect(transport.publish(batch(2))).rejects.toMatchObject({ retryable: true, mayHaveBeenStored: true });
    server.resume();
    await transport.publish(batch(2));
    await transport.publish(batch(3));
    expect([...(await storedNumbers(server.port, 'paused')).values()].flat()).toEqual([0, 1, 2]);
  } finally {
    await transport.close();
    await server.stop();
  }
});
