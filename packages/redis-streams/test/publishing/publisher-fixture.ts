import { PRIORITIES, Priority, type OutgoingBatch, type TransportMessage } from '@tradewind/core-types';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { RedisConnections } from '../../src/connection/redis-connections.ts';
import { Keys } from '../../src/keys.ts';
import { createCounters, type Counters } from '../../src/observing/counters.ts';
import { resolveOptions } from '../../src/options-schema.ts';
import type { RedisStreamOptions } from '../../src/options.ts';
import { Publisher } from '../../src/publishing/publisher.ts';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { unpackEntry } from '../../src/wire/entry-codec.ts';
import type { UnpackedMessage } from '../../src/wire/entry.ts';

/** A publisher with what it stands on, closed when the test is over. */
export interface Bench {
  readonly publisher: Publisher;
  readonly connections: RedisConnections;
  readonly keys: Keys;
  readonly counters: Counters;
  /** Makes the next batch of a lane, of these payloads or messages. */
  readonly batch: (...messages: readonly Partial<TransportMessage>[]) => OutgoingBatch;
}

export async function startServer(options: Parameters<typeof startRedisServer>[0] = {}): Promise<RedisServer> {
  const server = await startRedisServer(options);
  onTestFinished(() => server.stop());
  return server;
}

export async function openPublisher(
  server: { readonly url: string },
  options: Partial<RedisStreamOptions> = {},
): Promise<Bench> {
  const settings = resolveOptions({ connection: server.url, shards: 1, ...options });
  const keys = new Keys(settings.base, settings.shards);
  const counters = createCounters();
  const connections = new RedisConnections(settings, keys, counters);
  const publisher = new Publisher({ connections, settings, keys, counters });
  onTestFinished(async () => {
    await publisher.close({ deadlineMs: 0 });
    await connections.close();
  });
  await connections.open();
  const sequences = PRIORITIES.map(() => 0);
  let sequence = 0;
  return {
    publisher,
    connections,
    keys,
    counters,
    batch: (...messages) => {
      const priority = messages[0]?.priority ?? Priority.NORMAL;
      sequences[priority] = (sequences[priority] as number) + 1;
      return {
        priority,
        batchSequence: sequences[priority],
        messages: messages.map((given) => {
          sequence += 1;
          return {
            topic: 'data.test',
            payload: sequence,
            producer: 'feed',
            sequence,
            publishedAtMs: 1_000 + sequence,
            ...given,
            priority,
          };
        }),
      };
    },
  };
}

/** All messages of a stream, in its order. */
export async function stored(server: { readonly url: string }, stream: string): Promise<UnpackedMessage[]> {
  const client = new Redis(server.url);
  const entries = (await client.xrangeBuffer(stream, '-', '+')) as unknown as [unknown, [unknown, Buffer]][];
  client.disconnect();
  return entries.flatMap(([, [, bytes]]) => unpackEntry(bytes, 1, 4_194_304).messages);
}

export async function payloads(server: { readonly url: string }, stream: string): Promise<unknown[]> {
  return (await stored(server, stream)).map(({ payload }) => payload);
}

export function count(to: number): number[] {
  return Array.from({ length: to }, (_, i) => i + 1);
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
