import { Priority } from '@tradewind/core-types';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRedisCluster, startRedisSentinel } from '../../src/testing/index.ts';
import { unpackEntry } from '../../src/wire/entry-codec.ts';
import { cutOff, replicasOf, untilAhead } from '../faults/support/replication.ts';
import { count, openPublisher, pause, payloads, type Bench } from './publisher-fixture.ts';

const SLOW = { timeout: 60_000 };
const SHARDS = 6;

async function clusterOf(): Promise<{
  readonly cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
}> {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.stop());
  return { cluster, addresses: cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })) };
}

/** Publishes to many keys while `disturb` does its worst; then nothing may be missing or twice, and each key must be in order. */
async function publishThrough(bench: Bench, disturb: () => Promise<void>): Promise<number> {
  let publishing = true;
  const sent: Promise<void>[] = [];
  const loop = (async () => {
    while (publishing) {
      const from = sent.length * 12;
      sent.push(
        bench.publisher.publish(
          bench.batch(...Array.from({ length: 12 }, (_, i) => ({ payload: from + i + 1, orderingKey: `key-${i}` }))),
        ),
      );
      await pause(5);
    }
  })();
  await disturb();
  await pause(300);
  publishing = false;
  await loop;
  await Promise.all(sent);
  return sent.length * 12;
}

async function storedInCluster(
  bench: Bench,
  addresses: readonly { readonly host: string; readonly port: number }[],
): Promise<number[][]> {
  const client = new Cluster([...addresses]);
  const streams = Array.from({ length: SHARDS }, (_, shard) => bench.keys.stream(shard, Priority.NORMAL));
  const all = await Promise.all(
    streams.map(async (stream) => {
      const entries = (await client.xrangeBuffer(stream, '-', '+')) as unknown as [unknown, [unknown, Buffer]][];
      return entries.flatMap(([, [, bytes]]) =>
        unpackEntry(bytes, 1, 4_194_304).messages.map(({ payload }) => payload as number),
      );
    }),
  );
  client.disconnect();
  return all;
}

function expectAllInOrder(streams: readonly (readonly number[])[], total: number): void {
  expect(streams.flat().toSorted((a, b) => a - b)).toEqual(count(total));
  for (const stream of streams) expectKeysInOrder(stream);
}

function expectKeysInOrder(stream: readonly number[]): void {
  for (let key = 0; key < 12; key += 1) {
    const ofKey = stream.filter((n) => (n - 1) % 12 === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
}

describe('over a Cluster', () => {
  test('messages go to the node of their shard', SLOW, async () => {
    const { addresses } = await clusterOf();
    const bench = await openPublisher({ url: '' }, { connection: { cluster: [...addresses] }, shards: SHARDS });
    const total = await publishThrough(bench, () => pause(50));
    expectAllInOrder(await storedInCluster(bench, addresses), total);
  });

  test('a slot that moves under load loses and doubles nothing', SLOW, async () => {
    const { cluster, addresses } = await clusterOf();
    const bench = await openPublisher({ url: '' }, { connection: { cluster: [...addresses] }, shards: SHARDS });
    const total = await publishThrough(bench, async () => {
      const slot = await cluster.slotOf(bench.keys.stream(0, Priority.NORMAL));
      const from = await cluster.masterOf(slot);
      const to = cluster.nodes.slice(0, 3).find(({ port }) => port !== from.port);
      if (to !== undefined) await cluster.migrateSlot(slot, to);
    });
    expectAllInOrder(await storedInCluster(bench, addresses), total);
  });

  test(
    'no publish fails when a master is killed: messages wait for its replica, and none that it had is lost',
    SLOW,
    async () => {
      const { cluster, addresses } = await clusterOf();
      const bench = await openPublisher(
        { url: '' },
        { connection: { cluster: [...addresses] }, shards: SHARDS, replicas: 1, publishTimeoutMs: 30_000 },
      );
      const total = await publishThrough(bench, async () => {
        await pause(200);
        const victim = await cluster.masterOf(await cluster.slotOf(bench.keys.stream(0, Priority.NORMAL)));
        await victim.kill();
        await cluster.whenReady();
        // As a replica of the new master, for whose copies is waited.
        await victim.restart();
        await cluster.whenReady();
      });
      expectAllInOrder(await storedInCluster(bench, addresses), total);
      expect(bench.counters).toMatchObject({ lostConfirmedEntries: 0, possibleDuplicates: 0 });
    },
  );

  test('what a master confirmed and passed on to nobody is found out when its replica takes over', SLOW, async () => {
    const { cluster, addresses } = await clusterOf();
    const bench = await openPublisher(
      { url: '' },
      // Entries of one message: what was lost can be told by their number.
      { connection: { cluster: [...addresses] }, shards: SHARDS, maxEntryMessages: 1, publishTimeoutMs: 30_000 },
    );
    const total = await publishThrough(bench, async () => {
      await pause(200);
      const victim = await cluster.masterOf(await cluster.slotOf(bench.keys.stream(0, Priority.NORMAL)));
      const replicas = await replicasOf(cluster.nodes, victim);
      const letIn = await cutOff(victim, replicas);
      await untilAhead(victim, replicas, bench.keys.base, 20);
      await victim.kill();
      await letIn();
      await cluster.whenReady();
    });
    const streams = await storedInCluster(bench, addresses.slice(1));
    const stored = streams.flat();
    expect(new Set(stored).size).toBe(stored.length);
    expect(total - stored.length).toBeGreaterThanOrEqual(20);
    expect(bench.counters.lostConfirmedEntries).toBe(total - stored.length);
    for (const stream of streams) expectKeysInOrder(stream);
  });

  test('a client of the user that speaks to a Cluster is used, and stays open', SLOW, async () => {
    const { addresses } = await clusterOf();
    const client = new Cluster([...addresses]);
    onTestFinished(() => client.disconnect());
    const bench = await openPublisher({ url: '' }, { connection: () => client, shards: SHARDS });
    await bench.publisher.publish(bench.batch({}, { orderingKey: 'x' }));
    await bench.publisher.close();
    await bench.connections.close();
    expect(await client.ping()).toBe('PONG');
    const reader = bench.connections.reader(bench.keys.stream(1, Priority.NORMAL));
    await expect(reader.read('XREAD', ['STREAMS', 'x', '0'], 0)).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED' });
  });

  test('a reader of a shard follows it to another node', SLOW, async () => {
    const { cluster, addresses } = await clusterOf();
    const { connections, keys, publisher, batch } = await openPublisher(
      { url: '' },
      { connection: { cluster: [...addresses] }, shards: 1 },
    );
    const stream = keys.stream(0, Priority.NORMAL);
    await publisher.publish(batch({}));
    const reader = connections.reader(stream);
    const read = (): Promise<unknown> => reader.read('XREAD', ['STREAMS', stream, '0'], 0);
    expect(await read()).toHaveLength(1);
    const waiting = reader.read('XREAD', ['BLOCK', 10_000, 'STREAMS', stream, '$'], 10_000);
    await pause(50);
    await reader.unblock();
    expect(await waiting).toBeNull();
    const slot = await cluster.slotOf(stream);
    const from = await cluster.masterOf(slot);
    const to = cluster.nodes.slice(0, 3).find(({ port }) => port !== from.port);
    if (to !== undefined) await cluster.migrateSlot(slot, to);
    await expect.poll(() => read().catch(() => []), { timeout: 10_000 }).toHaveLength(1);
  });
});

describe('over Sentinels', () => {
  test('messages wait for the fail-over; with replicas: 1 none that was confirmed is lost', SLOW, async () => {
    // One replica: whoever has what was confirmed is promoted.
    const set = await startRedisSentinel({ replicas: 1 });
    onTestFinished(() => set.stop());
    const bench = await openPublisher(
      { url: '' },
      {
        connection: {
          sentinels: set.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
          masterName: set.name,
        },
        replicas: 1,
        publishTimeoutMs: 30_000,
      },
    );
    const total = await publishThrough(bench, async () => {
      await pause(200);
      const old = await set.master();
      await old.kill();
      await set.whenFailedOver(old);
      // As a replica of the new master, for whose copies is waited.
      await old.restart();
    });
    const master = await set.master();
    const stored = (await payloads(
      { url: `redis://127.0.0.1:${master.port}` },
      bench.keys.stream(0, Priority.NORMAL),
    )) as number[];
    expectAllInOrder([stored], total);
    expect(bench.counters).toMatchObject({ lostConfirmedEntries: 0, possibleDuplicates: 0 });
  });

  test('without enough replicas a publish is not confirmed, and is stored once', SLOW, async () => {
    const set = await startRedisSentinel({ replicas: 1 });
    onTestFinished(() => set.stop());
    const master = await set.master();
    const bench = await openPublisher(
      { url: `redis://127.0.0.1:${master.port}` },
      { replicas: 2, publishTimeoutMs: 5_000, commandTimeoutMs: 2_000, replicaTimeoutMs: 100 },
    );
    const batch = bench.batch({});
    await expect(bench.publisher.publish(batch)).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      retryable: true,
      mayHaveBeenStored: true,
      message: expect.stringContaining('2 replicas') as unknown,
    });
    const client = new Redis(master.port);
    expect(await client.xlen(bench.keys.stream(0, Priority.NORMAL))).toBe(1);
    client.disconnect();
    expect(bench.counters.publishRetries).toBeGreaterThan(0);
  });
});
