import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { reportedLoss } from './support/losses.ts';
import { storedNumbers } from './support/stored.ts';

const KEYS = 20;

describe('a server that is killed and restarted', () => {
  test.each(['everysec', 'always'] as const)(
    'with AOF %s keeps what it confirmed, each message once and in order',
    async (appendOnly) => {
      const server = await startRedisServer({ appendOnly });
      const bench = new FaultBench(server.url, { streamsPrefix: 'restart' });
      try {
        const count = 12_000;
        const producer = await bench.producer({ keys: KEYS, mixed: true });
        const { program: consumer } = await bench.consumer();
        producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 3000 });
        for (const handled of [2000, 6000]) {
          await bench.untilHandled(handled);
          await server.kill();
          await server.restart();
        }
        expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
        await producer.ask({ kind: 'flush' }, 'flushed');
        await bench.untilHandled(count);
        const stored = await storedNumbers(server.port, 'restart');
        const numbers = [...stored.values()].flat();
        expect(repeatedOf(numbers)).toEqual([]);
        expect(missingOf(new Set(numbers), count)).toEqual([]);
        for (const inStream of stored.values()) expect(outOfOrderOf(inStream, KEYS)).toEqual([]);
        expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
        expect(reportedLoss(await consumer.ask({ kind: 'report' }, 'report'))).toBe(0);
      } finally {
        await bench.end();
        await server.stop();
      }
    },
  );

  test('holds what is published meanwhile within the bound of its lane, refuses the rest, says so, and stores what it accepted once', async () => {
    const server = await startRedisServer({ appendOnly: 'always' });
    const bench = new FaultBench(server.url, { streamsPrefix: 'bounded', publishTimeoutMs: 1000 });
    try {
      const producer = await bench.producer({ keys: KEYS, laneCapacity: 2000 });
      await bench.consumer();
      await producer.ask({ kind: 'publish', from: 0, to: 1000, perSecond: 5000 }, 'published');
      await bench.untilHandled(1000);
      await server.kill();
      const { count, refused } = await producer.ask(
        { kind: 'publish', from: 1000, to: 9000, perSecond: 100_000 },
        'published',
      );
      // What was on its way when the server went has left the lane; beyond that it holds no more than it may.
      expect(count - 1000).toBeGreaterThanOrEqual(2000);
      expect(count + refused).toBe(9000);
      expect(refused).toBeGreaterThan(0);
      expect(await producer.ask({ kind: 'report' }, 'report')).toMatchObject({ health: 'down', givenUp: 0 });
      await server.restart();
      await producer.ask({ kind: 'flush' }, 'flushed');
      expect(await producer.ask({ kind: 'report' }, 'report')).toMatchObject({ health: 'up', givenUp: 0 });
      const stored = [...(await storedNumbers(server.port, 'bounded')).values()];
      expect(stored.flat().length).toBe(count);
      expect(repeatedOf(stored.flat())).toEqual([]);
      for (const inStream of stored) expect(outOfOrderOf(inStream, KEYS)).toEqual([]);
      await bench.untilHandled(count);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
    } finally {
      await bench.end();
      await server.stop();
    }
  });

  test('whose append-only file lost its end reports as many messages as are missing', async () => {
    const server = await startRedisServer({ appendOnly: 'everysec' });
    const bench = new FaultBench(server.url, { streamsPrefix: 'lost-end', shards: 1 });
    try {
      const producer = await bench.producer({ keys: KEYS });
      const { program: reader } = await bench.consumer({ group: 'other' });
      // The group that will miss something exists, has read the beginning, and is away.
      const { program: early } = await bench.consumer({ name: 'early' });
      await producer.ask({ kind: 'publish', from: 0, to: 1000, perSecond: 5000 }, 'published');
      await bench.untilHandled(1000);
      await early.close();
      await producer.ask({ kind: 'publish', from: 1000, to: 3000, perSecond: 5000 }, 'published');
      await producer.ask({ kind: 'flush' }, 'flushed');
      await server.kill();
      dropEndOfAppendOnlyFile(server.directory, 20_000);
      await server.restart();
      await producer.ask({ kind: 'publish', from: 3000, to: 4000, perSecond: 5000 }, 'published');
      await producer.ask({ kind: 'flush' }, 'flushed');
      const { program: late, log } = await bench.consumer({ name: 'late' });
      const stored = [...(await storedNumbers(server.port, 'lost-end')).values()].flat();
      const lost = missingOf(new Set(stored), 4000);
      expect(lost.length).toBeGreaterThan(0);
      await bench.untilHandled(4000 - lost.length);
      const behind = 3000 - lost.length;
      while (log.distinct.size < behind) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(reportedLoss(await late.ask({ kind: 'report' }, 'report'))).toBe(lost.length);
      expect(await reader.ask({ kind: 'report' }, 'report')).toMatchObject({ health: 'up' });
    } finally {
      await bench.end();
      await server.stop();
    }
  });
});

/** What a power failure does to a file that is flushed once a second. */
function dropEndOfAppendOnlyFile(directory: string, bytes: number): void {
  const folder = join(directory, 'appendonlydir');
  const file = readdirSync(folder).find((name) => name.endsWith('.incr.aof'));
  if (file === undefined) throw new Error(`Expected an incremental append-only file in ${folder}.`);
  truncateSync(join(folder, file), statSync(join(folder, file)).size - bytes);
}
