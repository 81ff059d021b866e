import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { storedNumbers } from './support/stored.ts';

const KEYS = 20;

test('ten times CLIENT KILL under load: each message is stored exactly once and in order, and handled', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'client-kill' });
  try {
    const count = 40_000;
    const producer = await bench.producer({ keys: KEYS, mixed: true });
    const { program: consumer } = await bench.consumer();
    producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 10_000 });
    let killed = 0;
    for (let kill = 0; kill < 10; kill += 1) {
      await delay(300);
      killed += Number(await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
    }
    expect(killed).toBeGreaterThanOrEqual(10);
    expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
    await producer.ask({ kind: 'flush' }, 'flushed');
    const stored = await storedNumbers(server.port, 'client-kill');
    const numbers = [...stored.values()].flat();
    expect(repeatedOf(numbers)).toEqual([]);
    expect(missingOf(new Set(numbers), count)).toEqual([]);
    for (const inStream of stored.values()) expect(outOfOrderOf(inStream, KEYS)).toEqual([]);
    await bench.untilHandled(count);
    expect(missingOf(bench.handled().distinct, count)).toEqual([]);
    expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
    expect((await consumer.ask({ kind: 'report' }, 'report')).losses).toEqual([]);
  } finally {
    await bench.end();
    await server.stop();
  }
});
