import { Priority } from '@tradewind/core-types';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { openPublisher, payloads, startServer } from './publisher-fixture.ts';

const TOPICS = 12_000;

test(
  'remembers a bounded number of streams, and stores what comes for a forgotten one once and in order',
  { timeout: 60_000 },
  async () => {
    const server = await startServer();
    const { publisher, batch, keys } = await openPublisher(server, { streamPerTopic: true });
    const streamOf = (topic: string): string => keys.stream(0, Priority.NORMAL, topic);
    await publisher.publish(batch({ topic: 'data.first', payload: 1 }));
    let most = 0;
    for (let from = 0; from < TOPICS; from += 100) {
      await publisher.publish(
        batch(...Array.from({ length: 100 }, (_, i) => ({ topic: `data.of.${from + i}`, payload: from + i }))),
      );
      most = Math.max(most, publisher.streams);
    }
    expect(most).toBeLessThanOrEqual(4_096);
    // It was forgotten long ago, and Redis remembers its numbers.
    await publisher.publish(batch({ topic: 'data.first', payload: 2 }));
    await publisher.publish(batch({ topic: 'data.first', payload: 3 }));
    expect(await payloads(server, streamOf('data.first'))).toEqual([1, 2, 3]);
    const client = new Redis(server.url);
    try {
      const pipeline = client.pipeline();
      for (let i = 0; i < TOPICS; i += 1) pipeline.xlen(streamOf(`data.of.${i}`));
      const lengths = (await pipeline.exec())?.map(([, length]) => length);
      expect(new Set(lengths)).toEqual(new Set([1]));
    } finally {
      client.disconnect();
    }
  },
);

test('forgets nothing that waits to be stored', { timeout: 60_000 }, async () => {
  const server = await startServer({ appendOnly: 'always' });
  const { publisher, batch, keys } = await openPublisher(server, { streamPerTopic: true, publishTimeoutMs: 30_000 });
  await publisher.publish(batch({ topic: 'data.of.0', payload: 0 }));
  await server.kill();
  const stored: Promise<void>[] = [];
  for (let from = 1; from < 6_000; from += 100)
    stored.push(
      publisher.publish(
        batch(...Array.from({ length: 100 }, (_, i) => ({ topic: `data.of.${from + i}`, payload: from + i }))),
      ),
    );
  expect(publisher.streams).toBeGreaterThan(4_096);
  await server.restart();
  await Promise.all(stored);
  await publisher.publish(batch({ topic: 'data.last', payload: 'last' }));
  for (const n of [1, 2_500, 5_999]) {
    expect(await payloads(server, keys.stream(0, Priority.NORMAL, `data.of.${n}`))).toEqual([n]);
  }
});
