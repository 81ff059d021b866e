import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { pendingOf } from './support/stored.ts';

const KEYS = 20;

describe('a consumer that is killed', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  test('in the middle of a batch loses nothing, and what runs again says that it does', async () => {
    const bench = new FaultBench(server.url, { streamsPrefix: 'mid-batch' });
    try {
      const count = 2000;
      const producer = await bench.producer({ keys: KEYS });
      const { program: first, log: firstLog } = await bench.consumer({ dieAt: 777, dieWhen: 'beforeHandling' });
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 10_000 }, 'published');
      expect(await first.whenGone()).toBe('SIGKILL');
      expect(firstLog.distinct.has(777)).toBe(false);
      const { log: secondLog } = await bench.consumer();
      await bench.untilHandled(count);
      const all = bench.handled();
      expect(missingOf(all.distinct, count)).toEqual([]);
      expect(outOfOrderOf(all.numbers, KEYS)).toEqual([]);
      // What the first had done and could not acknowledge any more runs again, and can be told by its count.
      const again = secondLog.handled.filter(({ n }) => firstLog.distinct.has(n));
      expect(again.filter(({ deliveryCount }) => deliveryCount < 2)).toEqual([]);
      expect(repeatedOf(secondLog.numbers)).toEqual([]);
    } finally {
      await bench.end();
    }
  });

  // Acknowledgements gather for 5 ms: in some of these they have not left, in some they are on their way.
  test.each([0, 2, 4, 5, 6, 8])(
    '%i ms after its last handler, while it acknowledges, loses nothing',
    async (afterMs) => {
      const prefix = `mid-ack-${afterMs}`;
      const bench = new FaultBench(server.url, { streamsPrefix: prefix, claimIdleMs: 500 });
      try {
        const count = 300;
        const producer = await bench.producer({ keys: KEYS });
        await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 100_000 }, 'published');
        await producer.ask({ kind: 'flush' }, 'flushed');
        const { program: first } = await bench.consumer({
          dieAt: 170,
          dieWhen: 'whileAcknowledging',
          dieAfterMs: afterMs,
        });
        expect(await first.whenGone()).toBe('SIGKILL');
        const { program: second } = await bench.consumer();
        await bench.untilHandled(count);
        const all = bench.handled();
        expect(missingOf(all.distinct, count)).toEqual([]);
        expect(outOfOrderOf(all.numbers, KEYS)).toEqual([]);
        // What the first had handled and not acknowledged comes again, perhaps after all that is new.
        await eventually('all acknowledged', 60_000, async () => (await pendingOf(server.port, prefix, 'desk')) === 0);
        expect(await second.close()).toMatchObject({ unsettled: 0, queued: 0 });
        expect(await pendingOf(server.port, prefix, 'desk')).toBe(0);
      } finally {
        await bench.end();
      }
    },
  );

  test('five times, one of three at a time, under load, loses nothing and keeps the order of each key', async () => {
    const bench = new FaultBench(server.url, { streamsPrefix: 'one-of-three' });
    try {
      const count = 20_000;
      const producer = await bench.producer({ keys: KEYS });
      const consumers = await Promise.all([bench.consumer(), bench.consumer(), bench.consumer()]);
      producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 2000 });
      for (let kill = 0; kill < 5; kill += 1) {
        // Each when a further part has been handled.
        await bench.untilHandled((count / 8) * (kill + 1));
        consumers.shift()?.program.kill('SIGKILL');
        consumers.push(await bench.consumer());
      }
      await producer.hear('published');
      await bench.untilHandled(count);
      expect(missingOf(bench.handled().distinct, count)).toEqual([]);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
    } finally {
      await bench.end();
    }
  });
});
