import type { MetricLabels, MetricsSink } from '@tradewind/core-types';
import { BufferedMessageBusClient } from '@tradewind/core';
import { expect, test } from 'vitest';
import { redisStreamTransport } from '../../src/index.ts';
import { startRedisServer } from '../../src/testing/index.ts';
import { eventually } from '../consuming/lab.ts';

/** One value of a client, by the name of its series and its path. */
function valueOf(client: BufferedMessageBusClient, wanted: string): number | undefined {
  let found: number | undefined;
  const note = (name: string, value: number, labels?: MetricLabels): void => {
    if (name === wanted && labels?.['path'] === 'redis') found = value;
  };
  const sink: MetricsSink = { counter: note, gauge: note, describe: () => undefined, histogram: () => undefined };
  client.collect(sink);
  return found;
}

test('the path of a client is down as soon as its Redis is gone, long before a batch has failed, and up when it is back', async () => {
  const server = await startRedisServer();
  const transport = redisStreamTransport({ connection: server.url, publishTimeoutMs: 60_000 });
  const client = new BufferedMessageBusClient({ paths: { redis: transport } });
  try {
    client.publish('data.a', 1);
    await client.flush();
    expect(valueOf(client, 'tradewind_path_up')).toBe(1);
    await server.kill();
    client.publish('data.a', 2);
    await eventually('the path is down', () => valueOf(client, 'tradewind_path_up') === 0);
    expect(valueOf(client, 'tradewind_path_failures_total')).toBe(0);
    await server.restart();
    await eventually('the path is up', () => valueOf(client, 'tradewind_path_up') === 1);
    await client.flush();
  } finally {
    await client.close({ deadlineMs: 1_000 });
    await server.stop();
  }
});
