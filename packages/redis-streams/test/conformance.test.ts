import { transportSuite } from '@tradewind/conformance';
import { systemClock } from '@tradewind/core';
import { FaultyTransport } from '@tradewind/core/testing';
import { afterAll, beforeAll } from 'vitest';
import { redisStreamTransport, type RedisStreamOptions } from '../src/index.ts';
import { startRedisServer, type RedisServer } from '../src/testing/index.ts';

const features = {
  durable: true,
  groups: true,
  redelivery: true,
  orderPerKey: true,
  deadLetters: true,
  deduplicationMs: 86_400_000,
};

let server: RedisServer | undefined;
let places = 0;

beforeAll(async () => {
  server = await startRedisServer();
});

afterAll(() => server?.stop());

/** A place is a prefix of keys of its own. */
function suiteOf(name: string, options: Partial<RedisStreamOptions> = {}, injectsFailures = false): void {
  transportSuite(name, {
    features,
    injectsFailures,
    withinMs: 10_000,
    create: () => {
      places += 1;
      const all = {
        connection: server?.url ?? '',
        streamsPrefix: `place${places}`,
        claimIdleMs: 400,
        redeliveryDelayMs: 5,
        ...options,
      };
      const store = redisStreamTransport(all);
      return {
        connect: () => {
          const transport = redisStreamTransport(all);
          return injectsFailures ? new FaultyTransport(transport, systemClock) : transport;
        },
        failNextPublish: (transport) => (transport as FaultyTransport).failPublishes(1),
        deadLetters: store.deadLetters,
        close: () => store.close(),
      };
    },
  });
}

suiteOf('redis');
suiteOf('redis with JSON and zstd', { encoding: 'json', compression: { algorithm: 'zstd', thresholdBytes: 0 } });
suiteOf('redis with a stream for each topic', { streamPerTopic: true });
suiteOf('redis behind a transport that fails', {}, true);
