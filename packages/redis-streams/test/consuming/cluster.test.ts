import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisStreamTransport, type RedisStreamTransport } from '../../src/index.ts';
import { startRedisCluster, type RedisCluster } from '../../src/testing/index.ts';
import { acknowledge, eventually } from './lab.ts';

let cluster: RedisCluster;
const transports: RedisStreamTransport[] = [];

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.close({ deadlineMs: 0 })));
  await cluster.stop();
});

function connect(): RedisStreamTransport {
  const nodes = cluster.nodes.map(({ host, port }) => ({ host, port }));
  const transport = redisStreamTransport({
    connection: { cluster: nodes },
    claimIdleMs: 1_000,
    commandTimeoutMs: 10_000,
  });
  transports.push(transport);
  return transport;
}

async function publish(
  transport: RedisStreamTransport,
  from: number,
  count: number,
  batchSequence: number,
): Promise<void> {
  const messages = Array.from({ length: count }, (_, i) => ({
    topic: 'data.test',
    payload: from + i,
    priority: 2 as const,
    producer: 'p',
    sequence: from + i,
    publishedAtMs: Date.now(),
    orderingKey: `k${(from + i) % 16}`,
  }));
  await transport.publish({ priority: 2, batchSequence, messages });
}

test('shares shards between nodes of a Cluster, one reader for each slot, and hands them over', async () => {
  const received: Record<string, number[]> = { a: [], b: [], alone: [] };
  const receiver = (name: string) => ({
    onBatch: async (batch: Parameters<typeof acknowledge>[0]) => {
      received[name]?.push(...batch.messages.map(({ payload }) => payload as number));
      acknowledge(batch);
    },
  });
  const a = await connect().consume({ group: 'g', consumer: 'a', patterns: ['*'], from: 'now' }, receiver('a'));
  await connect().consume({ group: 'g', consumer: 'b', patterns: ['*'], from: 'now' }, receiver('b'));
  await connect().consume({ consumer: 'alone', patterns: ['*'], from: 'now' }, receiver('alone'));
  const producer = connect();
  for (let i = 0; i < 10; i += 1) await publish(producer, i * 100, 100, i + 1);
  await eventually('all', () => (received['a']?.length ?? 0) + (received['b']?.length ?? 0) >= 1_000);
  await eventually('all without a group', () => (received['alone']?.length ?? 0) >= 1_000);
  expect(received['a']?.length).toBeGreaterThan(0);
  expect(received['b']?.length).toBeGreaterThan(0);
  const all = [...(received['a'] ?? []), ...(received['b'] ?? [])].sort((x, y) => x - y);
  expect(all).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  await a.close();
  await publish(producer, 1_000, 100, 11);
  await eventually('the rest at the other one', () => received['b']?.includes(1_099) ?? false);
});

test.each(['waiting', undefined])(
  'gives back at once what waits for its turn when it closes: group %s',
  async (group) => {
    const held: Parameters<typeof acknowledge>[0][] = [];
    const transport = connect();
    const options = { group, consumer: 'a', patterns: ['*'], from: 'now' as const };
    const consumer = await transport.consume(options, {
      onBatch: (batch) => {
        held.push(batch);
        return new Promise(() => undefined);
      },
    });
    // One batch for each of several slots: one is with the receiver, and the others wait for their turn.
    const producer = connect();
    await publish(producer, 0, 64, 1);
    await eventually('one in hand', () => held.length === 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    const [batch] = held;
    if (batch === undefined) throw new Error('Expected a batch in hand.');
    // Were they waited for, that would take longer than the test may.
    const closed = consumer.close({ deadlineMs: 3_600_000 });
    acknowledge(batch);
    await closed;
    expect(held.length).toBe(1);
    if (group === undefined) return;
    const deliveries: number[] = [];
    await connect().consume(
      { ...options, consumer: 'b' },
      {
        onBatch: (again) => {
          deliveries.push(...again.messages.map(({ deliveryCount }) => deliveryCount));
          acknowledge(again);
          return Promise.resolve();
        },
      },
    );
    await eventually('the rest', () => deliveries.length === 64 - batch.messages.length);
    expect(deliveries.every((count) => count === 1)).toBe(true);
  },
);

test('gives back what waits for its turn when its shard goes to another, and hands it out no more', async () => {
  const options = { group: 'moving', patterns: ['*'], from: 'now' as const };
  const received: Record<string, number[]> = { a: [], b: [] };
  const counts: number[] = [];
  let goOn = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const receiver = (name: string, wait: Promise<void>) => ({
    onBatch: async (batch: Parameters<typeof acknowledge>[0]) => {
      received[name]?.push(...batch.messages.map(({ payload }) => payload as number));
      counts.push(...batch.messages.map(({ deliveryCount }) => deliveryCount));
      acknowledge(batch);
      await wait;
    },
  });
  const a = await connect().consume({ ...options, consumer: 'a' }, receiver('a', until));
  await publish(connect(), 0, 64, 1);
  // The first batch keeps the lane; those of the other slots are opened, and wait.
  await eventually('one in hand', () => (received['a'] ?? []).length > 0);
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
  const inHand = received['a']?.length ?? 0;
  const b = await connect().consume({ ...options, consumer: 'b' }, receiver('b', Promise.resolve()));
  await eventually('some at the other one', () => (received['b'] ?? []).length > 0);
  expect(received['a']).toHaveLength(inHand);
  goOn();
  const all = (): number[] => [...(received['a'] ?? []), ...(received['b'] ?? [])];
  await eventually('all', () => all().length >= 64);
  expect(all().toSorted((x, y) => x - y)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  expect(new Set(counts)).toEqual(new Set([1]));
  await Promise.all([a.close(), b.close()]);
});
