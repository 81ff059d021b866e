// The router of @tradewind/ml-routing between two real servers. It stands here because packages of its floor may not use each other.
import { setTimeout as sleep } from 'node:timers/promises';
import { BufferedMessageBusClient } from '@tradewind/core';
import type { Outcome, RoutingPlugin } from '@tradewind/core-types';
import { PredictiveRouter, RoundRobin, pathPlugin } from '@tradewind/ml-routing';
import { redisStreamTransport } from '@tradewind/redis-streams';
import { startRedisServer, type RedisServer } from '@tradewind/redis-streams/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDelayProxy, type DelayProxy } from './delay-proxy.ts';

const NEAR_MS = 1;
const BETWEEN_MS = 30;
const FAR_MS = 120;
const MESSAGES = 450;
const PART = MESSAGES / 3;

let servers: readonly RedisServer[] = [];
let proxies: readonly DelayProxy[] = [];

beforeAll(async () => {
  servers = await Promise.all([startRedisServer(), startRedisServer()]);
  proxies = await Promise.all(servers.map(({ port }) => startDelayProxy(port, NEAR_MS)));
}, 60_000);

afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await Promise.all(servers.map((server) => server.stop()));
});

interface Sending {
  readonly path: string;
  readonly latencyMs: number;
}

/** Sends three parts of messages: near a, then far from a, then near it again; b is in between all the time. */
async function run(
  name: string,
  plugin: RoutingPlugin,
): Promise<{ readonly sent: readonly Sending[]; readonly received: ReadonlySet<number> }> {
  const sent: Sending[] = [];
  const witness: RoutingPlugin = {
    name: 'witness',
    observe: ({ kind, path, waitedMs, handledMs }: Outcome) => {
      if (kind === 'sent') sent.push({ path: path ?? '', latencyMs: waitedMs + handledMs });
    },
  };
  const [a, b] = proxies;
  if (a === undefined || b === undefined) throw new Error('Expected two proxies.');
  const over = ({ port }: DelayProxy) =>
    redisStreamTransport({ connection: `redis://127.0.0.1:${port}`, streamsPrefix: `paths-${name}` });
  const client = new BufferedMessageBusClient({
    name,
    paths: { a: over(a), b: over(b) },
    plugins: [plugin, witness],
    // The machine that runs the tests may be busy: the budget is not what is tested.
    pluginBudgetMicros: 1_000_000,
  });
  const received = new Set<number>();
  client.subscribe<string, number>('data.*', (number) => {
    received.add(number);
  });
  await client.ready();
  b.delayMs = BETWEEN_MS;
  for (let number = 0; number < MESSAGES; number += 1) {
    a.delayMs = number >= PART && number < 2 * PART ? FAR_MS : NEAR_MS;
    client.publish('data.trades.OKX.BTCUSDT', number, { orderingKey: String(number) });
    await sleep(6);
  }
  await client.flush();
  await expect.poll(() => received.size, { timeout: 20_000 }).toBe(MESSAGES);
  await client.close();
  return { sent, received };
}

test('traffic moves away from a server that becomes far, and back; nothing is lost; round robin is slower', async () => {
  const learned = await run('learned', new PredictiveRouter().plugin);
  const inTurns = await run('in-turns', pathPlugin(new RoundRobin()));
  const shareOfA = (from: number, to: number): number => {
    const part = learned.sent.slice(from, to);
    return part.filter(({ path }) => path === 'a').length / part.length;
  };
  // The second half of each part: how soon it moves is not what is tested.
  expect(shareOfA(PART / 2, PART)).toBeGreaterThan(0.6);
  expect(shareOfA(PART * 1.5, PART * 2)).toBeLessThan(0.4);
  expect(shareOfA(PART * 2.5, PART * 3)).toBeGreaterThan(0.6);
  for (const { sent, received } of [learned, inTurns]) {
    expect(sent).toHaveLength(MESSAGES);
    expect(received.size).toBe(MESSAGES);
  }
  const median = (sent: readonly Sending[]): number =>
    sent.map(({ latencyMs }) => latencyMs).toSorted((x, y) => x - y)[sent.length >> 1] ?? Infinity;
  expect(median(learned.sent)).toBeLessThan(median(inTurns.sent));
}, 120_000);
