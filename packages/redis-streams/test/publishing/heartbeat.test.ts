import { Priority } from '@tradewind/core-types';
import { expect, onTestFinished, test } from 'vitest';
import { HEARTBEAT_TOPIC, redisStreamTransport } from '../../src/index.ts';
import { Keys } from '../../src/keys.ts';
import { startServer, stored } from './publisher-fixture.ts';

test('the time is published again and again on a topic of its own, beside the batches of the client', async () => {
  const server = await startServer();
  const transport = redisStreamTransport({ connection: server.url, shards: 1, heartbeatIntervalSecs: 0.1 });
  onTestFinished(() => transport.close());
  const message = { topic: 'a.b', payload: 1, priority: Priority.LOW, producer: 'feed', sequence: 1, publishedAtMs: 5 };
  await transport.publish({ priority: Priority.LOW, batchSequence: 1, messages: [message] });
  const stream = new Keys('stream', 1).stream(0, Priority.LOW);
  await expect.poll(async () => (await stored(server, stream)).length).toBeGreaterThanOrEqual(4);
  const beats = (await stored(server, stream)).filter(({ topic }) => topic === HEARTBEAT_TOPIC);
  expect(beats.map(({ sequence }) => sequence)).toEqual(beats.map((_, i) => i + 1));
  for (const { payload, publishedAtMs } of beats) {
    expect(payload).toBe(new Date(publishedAtMs).toISOString());
  }
});

test('while Redis is away heartbeats do not pile up', async () => {
  const server = await startServer();
  const transport = redisStreamTransport({
    connection: server.url,
    shards: 1,
    heartbeatIntervalSecs: 0.1,
    commandTimeoutMs: 100,
  });
  onTestFinished(() => transport.close());
  const stream = new Keys('stream', 1).stream(0, Priority.LOW);
  const message = {
    topic: 'a.b',
    payload: 1,
    priority: Priority.HIGH,
    producer: 'feed',
    sequence: 1,
    publishedAtMs: 5,
  };
  await transport.publish({ priority: Priority.HIGH, batchSequence: 1, messages: [message] });
  await expect.poll(async () => (await stored(server, stream)).length).toBeGreaterThanOrEqual(1);
  const before = (await stored(server, stream)).length;
  server.pause();
  await new Promise((resolve) => {
    setTimeout(resolve, 700);
  });
  expect(transport.health().status).not.toBe('up');
  server.resume();
  await expect.poll(async () => (await stored(server, stream)).length).toBeGreaterThan(before + 2);
  const times = (await stored(server, stream)).map(({ publishedAtMs }) => publishedAtMs);
  // One waited; those of the time in between were never made.
  expect(Math.max(...times.map((at, i) => at - (times[i - 1] ?? at)))).toBeGreaterThan(400);
  await expect.poll(() => transport.health().status).toBe('up');
});
