import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedisCluster, type RedisCluster } from '../../src/testing/index.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf } from './support/handled-log.ts';
import { reportedLoss } from './support/losses.ts';

const KEYS = 40;

describe('a cluster under load', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  const connection = () => ({
    cluster: cluster.nodes.map(({ host, port }) => ({ host, port })),
  });

  test('goes on while slots move: no publish is refused, everything arrives once and in order', async () => {
    const bench = new FaultBench(connection(), { streamsPrefix: 'moving', shards: 8 });
    try {
      const count = 20_000;
      const producer = await bench.producer({ keys: KEYS });
      const { program: consumer } = await bench.consumer();
      producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 3000 });
      for (let shard = 0; shard < 8; shard += 1) {
        await bench.untilHandled((shard + 1) * 1500);
        const slot = await cluster.slotOf(`{moving:${shard}}`);
        const from = await cluster.masterOf(slot);
        const masters = await Promise.all([0, 8000, 16_000].map((one) => cluster.masterOf(one)));
        const to = masters.find(({ port }) => port !== from.port);
        if (to === undefined) throw new Error('Expected a second master.');
        await cluster.migrateSlot(slot, to);
      }
      expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
      await producer.ask({ kind: 'flush' }, 'flushed');
      await bench.untilHandled(count);
      expect(missingOf(bench.handled().distinct, count)).toEqual([]);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
      expect(reportedLoss(await consumer.ask({ kind: 'report' }, 'report'))).toBe(0);
    } finally {
      await bench.end();
    }
  });

  test('goes on after a master is killed: no publish is refused, and what the fail-over lost is reported', async () => {
    const bench = new FaultBench(connection(), { streamsPrefix: 'master', shards: 8 });
    try {
      const count = 20_000;
      const producer = await bench.producer({ keys: KEYS });
      const { program: consumer } = await bench.consumer();
      producer.tell({ kind: 'publish', from: 0, to: count, perSecond: 2500 });
      await bench.untilHandled(4000);
      const victim = await cluster.masterOf(await cluster.slotOf('{master:0}'));
      await victim.kill();
      expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
      await producer.ask({ kind: 'flush' }, 'flushed');
      await untilAccounted(bench, consumer, count);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
      await victim.restart();
    } finally {
      await bench.end();
    }
  });
});

/** Until all are either handled or reported as lost. */
async function untilAccounted(
  bench: FaultBench,
  consumer: Awaited<ReturnType<FaultBench['consumer']>>['program'],
  count: number,
): Promise<void> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const missing = missingOf(bench.handled().distinct, count).length;
    const lost = reportedLoss(await consumer.ask({ kind: 'report' }, 'report'));
    if (missing === lost) return;
    if (performance.now() > deadline)
      throw new Error(`Expected as many lost as missing: ${lost} reported, ${missing} missing.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
