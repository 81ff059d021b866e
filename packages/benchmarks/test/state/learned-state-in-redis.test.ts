import { once } from 'node:events';
import { systemClock } from '@tradewind/core';
import {
  PredictiveRouter,
  RedisStateStore,
  createLearnedRouting,
  type LearnedRouting,
  type RedisStrings,
} from '@tradewind/ml-routing';
import { startRedisServer, type RedisServer } from '@tradewind/redis-streams/testing';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const KEY = 'desk:learned';
const MESSAGES = 300;

/** A client of a library that people have, and how it is closed; one that fails at once where the server is away. */
interface Connection {
  readonly strings: RedisStrings;
  close(): void;
}

async function byIoredis(port: number): Promise<Connection> {
  const client = new Redis({ port, host: '127.0.0.1', enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  // Without a listener the loss of the server would end the process; what it means for the state is what is tested.
  client.on('error', () => undefined);
  await once(client, 'ready');
  return { strings: client, close: () => client.disconnect() };
}

async function byNodeRedis(port: number): Promise<Connection> {
  const client = createClient({ socket: { port, host: '127.0.0.1' }, disableOfflineQueue: true });
  client.on('error', () => undefined);
  await client.connect();
  return { strings: client, close: () => client.destroy() };
}

/** A routing with one part that learns, which is taught by hand. */
function makeDesk(strings: RedisStrings): { readonly paths: PredictiveRouter; readonly routing: LearnedRouting } {
  const paths = new PredictiveRouter();
  const store = new RedisStateStore(strings, KEY);
  return { paths, routing: createLearnedRouting({ plugins: [paths.plugin], store, clock: systemClock }) };
}

function teach(paths: PredictiveRouter): void {
  for (let ticket = 1; ticket <= MESSAGES; ticket += 1) {
    const nowMs = ticket * 50;
    const path = paths.choose(['near', 'far'], { ticket, nowMs, size: ticket % 5, volatility: 0 });
    const latencyMs = (path === 'near' ? 2 : 9) + (ticket % 7) / 10;
    paths.settled({ ticket, path, atMs: nowMs + latencyMs, latencyMs, result: 'arrived' });
  }
}

function forecast(paths: PredictiveRouter): unknown {
  const request = { nowMs: MESSAGES * 50 + 1_000, size: 2, volatility: 0 };
  return ['near', 'far'].map((path) => paths.predict(path, request));
}

describe.each([
  ['ioredis', byIoredis],
  ['node-redis', byNodeRedis],
])('what was learned, in a real Redis server by way of %s', (_, connect) => {
  let server: RedisServer;
  let connection: Connection;

  beforeAll(async () => {
    server = await startRedisServer();
    connection = await connect(server.port);
  });

  afterAll(async () => {
    connection.close();
    await server.stop();
  });

  test('outlives a restart; rubbish is set aside for the one before it; a server that is away holds nobody up', async () => {
    const { strings } = connection;
    const first = makeDesk(strings);
    expect(await first.routing.start()).toBe('empty');
    teach(first.paths);
    await first.routing[Symbol.asyncDispose]();

    const second = makeDesk(strings);
    expect(await second.routing.start()).toBe('restored');
    expect(forecast(second.paths)).toEqual(forecast(first.paths));
    expect(JSON.stringify(forecast(second.paths))).toContain('p99Ms');
    await second.routing[Symbol.asyncDispose]();

    await strings.set(KEY, 'rubbish');
    const third = makeDesk(strings);
    expect(await third.routing.start()).toBe('restored');
    expect(forecast(third.paths)).toEqual(forecast(first.paths));
    expect(await strings.get(`${KEY}:corrupt-1`)).toBe('rubbish');

    await server.stop();
    const fourth = makeDesk(strings);
    expect(await fourth.routing.start()).toBe('unreachable');
    expect(fourth.routing.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining(KEY) });
    await third.routing[Symbol.asyncDispose]();
    await fourth.routing[Symbol.asyncDispose]();
  });
});
