import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { storedNumbers } from './support/stored.ts';

const KEYS = 20;

const KILLS = 10;
/** Whether a kill meets an entry on its way is chance; under this load most do. */
const MOST_KILLS = 30;
const SECOND = 10_000;

test('ten times CLIENT KILL under load: each message is stored exactly once and in order, and handled', async () => {
  const server = await startRedisServer();
  const bench = new FaultBench(server.url, { streamsPrefix: 'client-kill' });
  try {
    const producer = await bench.producer({ keys: KEYS, mixed: true });
    const { program: consumer } = await bench.consumer();
    producer.tell({ kind: 'publish', from: 0, to: 40 * SECOND, perSecond: SECOND });
    const retries = async (): Promise<number> => (await producer.ask({ kind: 'report' }, 'report')).publishRetries;
    // Kills that met somebody: one that comes while everybody waits to connect again is none.
    let kills = 0;
    for (let tried = 0; tried < MOST_KILLS && (kills < KILLS || (await retries()) === 0); tried += 1) {
      await delay(300);
      const connections = Number(await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
      if (connections > 0) kills += 1;
    }
    producer.tell({ kind: 'stop' });
    const { count, refused } = await producer.hear('published');
    expect(refused).toBe(0);
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    await producer.ask({ kind: 'flush' }, 'flushed');
    const { publishRetries, publishDuplicates } = await producer.ask({ kind: 'report' }, 'report');
    console.log(`${kills} kills: ${publishRetries} entries sent again, ${publishDuplicates} of them stored already`);
    expect(publishRetries).toBeGreaterThan(0);
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
