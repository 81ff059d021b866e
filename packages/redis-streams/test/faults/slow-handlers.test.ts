import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { CLAIM_IDLE_MS, FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { pendingOf } from './support/stored.ts';

const KEYS = 20;

describe('handlers that take long', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  test('longer than the claim idle time keep their message: nothing runs twice', async () => {
    const bench = new FaultBench(server.url, { streamsPrefix: 'slow' });
    try {
      const count = 500;
      const producer = await bench.producer({ keys: KEYS });
      const slow = { ms: CLAIM_IDLE_MS * 3, at: [7, 120, 333] };
      const consumers = [await bench.consumer({ slow }), await bench.consumer({ slow })];
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 10_000 }, 'published');
      await bench.untilHandled(count);
      for (const { program } of consumers) expect(await program.close(30_000)).toMatchObject({ unsettled: 0 });
      expect(repeatedOf(bench.handled().numbers)).toEqual([]);
      expect(missingOf(bench.handled().distinct, count)).toEqual([]);
      expect(await pendingOf(server.port, 'slow', 'desk')).toBe(0);
    } finally {
      await bench.end();
    }
  });

  test('100,000 pending entries of a dead consumer are taken over beside new traffic', async () => {
    const bench = new FaultBench(server.url, {
      streamsPrefix: 'pending',
      maxEntryMessages: 1,
      readCount: 1024,
      claimIdleMs: 5000,
    });
    try {
      const count = 100_000;
      const fresh = 2000;
      const producer = await bench.producer({ keys: 200 });
      await producer.ask({ kind: 'publish', from: 0, to: count, perSecond: 1_000_000 }, 'published');
      await producer.ask({ kind: 'flush' }, 'flushed');
      // It reads everything and finishes nothing.
      const { program: first, log } = await bench.consumer({ slow: { ms: 600_000 } });
      await untilPending(server, count);
      first.kill('SIGKILL');
      await first.whenGone();
      const unsettled = log.distinct;
      const { log: second } = await bench.consumer();
      await producer.ask({ kind: 'publish', from: count, to: count + fresh, perSecond: 1000 }, 'published');
      await bench.untilHandled(count + fresh);
      const all = bench.handled();
      expect(missingOf(all.distinct, count + fresh)).toEqual([]);
      // Those whose handler had begun run again, and so may others, where a busy machine lets a lease end; all of them can be told by their count.
      const again = new Set(repeatedOf(all.numbers));
      expect([...unsettled].filter((n) => !again.has(n))).toEqual([]);
      const seen = new Set(unsettled);
      const untold = second.handled.filter(({ n, deliveryCount }) => {
        const isAgain = seen.has(n);
        seen.add(n);
        return isAgain && deliveryCount < 2;
      });
      expect(untold).toEqual([]);
      expect(outOfOrderOf(all.numbers, 200)).toEqual([]);
    } finally {
      await bench.end();
    }
  });
});

async function untilPending(server: RedisServer, count: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const pending = await pendingOf(server.port, 'pending', 'desk');
    if (pending >= count) return;
    if (performance.now() > deadline) throw new Error(`Expected ${count} pending entries, got ${pending}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
