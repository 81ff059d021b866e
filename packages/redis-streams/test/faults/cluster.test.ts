import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedisCluster, type RedisCluster, type RedisNode } from '../../src/testing/index.ts';
import { untilAccounted } from './support/accounting.ts';
import { FaultBench } from './support/fault-bench.ts';
import { missingOf, outOfOrderOf, repeatedOf } from './support/handled-log.ts';
import { reportedLoss } from './support/losses.ts';
import type { ProgramProcess } from './support/program-process.ts';
import { cutOff, replicasOf, untilAhead } from './support/replication.ts';
import { storedOf } from './support/stored.ts';

const KEYS = 40;
/** Long enough for a consumer to keep its shards over a fail-over. */
const LONG_IDLE_MS = 30_000;
/** More than is published until it is stopped, however busy the machine is. */
const ENDLESS = 10_000_000;
const NOTHING_REFUSED = { refused: 0, givenUp: 0, rejections: 0 };

describe('a cluster under load', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  const connection = () => ({
    cluster: cluster.nodes.map(({ host, port }) => ({ host, port })),
  });

  /** What all masters hold: each message once, and in the order of its key. */
  async function storedInOrder(prefix: string): Promise<readonly number[]> {
    const roles = await Promise.all(cluster.nodes.map((node) => roleOf(node)));
    const masters = cluster.nodes.filter((_, i) => roles[i] === 'master').map(({ port }) => port);
    const stored = await storedOf(masters, prefix);
    const numbers = [...stored.values()].flat();
    expect(repeatedOf(numbers)).toEqual([]);
    for (const inStream of stored.values()) expect(outOfOrderOf(inStream, KEYS)).toEqual([]);
    return numbers;
  }

  /** All were accepted, none was given up, and the transport turned none away: what could not be stored at once was held, and tried again. */
  async function expectAllStored(producer: ProgramProcess, count: number): Promise<void> {
    expect(await producer.hear('published')).toMatchObject({ count, refused: 0 });
    await producer.ask({ kind: 'flush' }, 'flushed');
    expect(await producer.ask({ kind: 'report' }, 'report')).toMatchObject(NOTHING_REFUSED);
  }

  /** Ends what is published, some time after the fail-over. @returns How many messages it was. */
  async function stopped(producer: ProgramProcess): Promise<number> {
    await cluster.whenReady();
    await delay(2000);
    producer.tell({ kind: 'stop' });
    const { count, refused } = await producer.hear('published');
    expect(refused).toBe(0);
    await producer.ask({ kind: 'flush' }, 'flushed');
    expect(await producer.ask({ kind: 'report' }, 'report')).toMatchObject(NOTHING_REFUSED);
    return count;
  }

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
      await expectAllStored(producer, count);
      await bench.untilHandled(count);
      expect(missingOf(new Set(await storedInOrder('moving')), count)).toEqual([]);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
      expect(reportedLoss(await consumer.ask({ kind: 'report' }, 'report'))).toBe(0);
    } finally {
      await bench.end();
    }
  });

  test('goes on after a master is killed: no publish is refused, and what the fail-over lost is reported', async () => {
    const prefix = 'master';
    const bench = new FaultBench(connection(), { streamsPrefix: prefix, shards: 8 });
    try {
      const producer = await bench.producer({ keys: KEYS });
      const { program: consumer } = await bench.consumer();
      producer.tell({ kind: 'publish', from: 0, to: ENDLESS, perSecond: 2500 });
      await bench.untilHandled(4000);
      const victim = await cluster.masterOf(await cluster.slotOf(`{${prefix}:0}`));
      const replicas = await replicasOf(cluster.nodes, victim);
      // From here on the master confirms what nobody else has: that is gone with it.
      consumer.kill('SIGSTOP');
      const letIn = await cutOff(victim, replicas);
      await untilAhead(victim, replicas, prefix, 20);
      await victim.kill();
      await letIn();
      consumer.kill('SIGCONT');
      const count = await stopped(producer);
      const missing = await untilAccounted(bench, consumer, count);
      expect(missing.length).toBeGreaterThan(0);
      expect(missingOf(new Set(await storedInOrder(prefix)), count)).toEqual(missing);
      expect(outOfOrderOf(bench.handled().numbers, KEYS)).toEqual([]);
      await victim.restart();
      await cluster.whenReady();
    } finally {
      await bench.end();
    }
  });

  test('a fail-over that sets a group back makes nothing run twice, and loses only what is reported', async () => {
    const prefix = 'set-back';
    const bench = new FaultBench(connection(), { streamsPrefix: prefix, shards: 8, claimIdleMs: LONG_IDLE_MS });
    try {
      const producer = await bench.producer({ keys: KEYS });
      const { program: consumer } = await bench.consumer();
      producer.tell({ kind: 'publish', from: 0, to: ENDLESS, perSecond: 2500 });
      await bench.untilHandled(4000);
      const victim = await cluster.masterOf(await cluster.slotOf(`{${prefix}:0}`));
      const replicas = await replicasOf(cluster.nodes, victim);
      const handled = bench.handled().distinct.size;
      // What the group does from here on, its acknowledgements and how far it has read, is gone with the master.
      const letIn = await cutOff(victim, replicas);
      await untilAhead(victim, replicas, prefix, 20);
      await bench.untilHandled(handled + 1000);
      await victim.kill();
      await letIn();
      const count = await stopped(producer);
      const missing = await untilAccounted(bench, consumer, count);
      const stored = new Set(await storedInOrder(prefix));
      const { numbers, distinct } = bench.handled();
      // It happened: messages were handled that the cluster no longer has.
      expect(missingOf(stored, count).filter((n) => distinct.has(n)).length).toBeGreaterThan(0);
      expect(missing.filter((n) => stored.has(n))).toEqual([]);
      expect(repeatedOf(numbers)).toEqual([]);
      expect(outOfOrderOf(numbers, KEYS)).toEqual([]);
      expect(await consumer.close()).toMatchObject({ unsettled: 0, queued: 0 });
      await victim.restart();
      await cluster.whenReady();
    } finally {
      await bench.end();
    }
  });
});

async function roleOf(node: RedisNode): Promise<unknown> {
  if (node.pid === undefined) return undefined;
  const [role] = (await node.command('ROLE')) as readonly unknown[];
  return role;
}
