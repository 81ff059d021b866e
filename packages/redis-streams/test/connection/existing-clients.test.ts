import { Priority } from '@tradewind/core-types';
import { Cluster as Cluster6, Redis as Redis6 } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import { expect, onTestFinished, test } from 'vitest';
import { redisStreamTransport, type ExistingClient } from '../../src/index.ts';
import { startRedisCluster } from '../../src/testing/index.ts';
import { startServer } from '../publishing/publisher-fixture.ts';

interface Owned extends ExistingClient {
  ping(): Promise<string>;
  disconnect(): void;
}

/** One message there and back over a client of the user, with everything that reads, claims and commands. */
async function thereAndBack(client: Owned): Promise<unknown> {
  onTestFinished(() => client.disconnect());
  const transport = redisStreamTransport({ connection: () => client, shards: 2 });
  const came = new Promise((resolve, reject) => {
    const onBatch = (batch: {
      readonly messages: readonly { readonly payload: unknown }[];
      settle(index: number): void;
    }): Promise<void> => {
      batch.settle(0);
      resolve(batch.messages[0]?.payload);
      return Promise.resolve();
    };
    transport.consume({ group: 'g', consumer: 'c', patterns: ['a.*'], from: 'oldest' }, { onBatch }).catch(reject);
  });
  const message = {
    topic: 'a.b',
    payload: { x: 1n },
    priority: Priority.NORMAL,
    producer: 'p',
    sequence: 1,
    publishedAtMs: 1,
  };
  await transport.publish({ priority: Priority.NORMAL, batchSequence: 1, messages: [message] });
  const payload = await came;
  await transport.close();
  expect(await client.ping()).toBe('PONG');
  return payload;
}

test.each<[string, (url: string) => Owned]>([
  ['ioredis 5', (url) => new Redis5(url)],
  ['ioredis 5, not yet connected', (url) => new Redis5(url, { lazyConnect: true })],
  ['ioredis 6', (url) => new Redis6(url)],
  ['ioredis 6 in RESP2', (url) => new Redis6(url, { protocol: 2 })],
])('an existing client of %s carries messages, and is left open', async (_, make) => {
  const server = await startServer();
  expect(await thereAndBack(make(server.url))).toEqual({ x: 1n });
});

test('existing Cluster clients of ioredis 5 and 6 carry messages, and are left open', { timeout: 60_000 }, async () => {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.stop());
  const nodes = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  expect(await thereAndBack(new Cluster5(nodes))).toEqual({ x: 1n });
  expect(await thereAndBack(new Cluster6(nodes))).toEqual({ x: 1n });
});
