import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@tradewind/core';
import { HedgedPublisher, PATH_HEADER, PredictiveRouter, onlyFirstTwin } from '@tradewind/ml-routing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TwoRedisServers } from './two-redis-servers.ts';

/** Messages by which the router gets to know both paths, and the pause between two of them in milliseconds. */
const BEFORE = 100;
const GAP_MS = 4;
/** Messages for the path that stands still, and the part of them that the budget lets go twice. */
const STALLED = 20;
const BUDGET = 0.5;

let servers: TwoRedisServers;

beforeAll(async () => {
  servers = await TwoRedisServers.start({ a: 1, b: 2 });
});

afterAll(() => servers.stop());

test('what a path that stands still holds up arrives over the other one, within the budget; the consumer sees each message once', async () => {
  const copies = new Map<number, number>();
  const handled = new Map<number, number>();
  const count = (of: Map<number, number>, number: number) => of.set(number, (of.get(number) ?? 0) + 1);
  const once = onlyFirstTwin<number>((number) => {
    count(handled, number);
  });
  await servers.consume('hedged', (number, meta) => {
    count(copies, number);
    return once(number, meta);
  });
  const router = new PredictiveRouter();
  const hedging = new HedgedPublisher({ forecast: router, clock: systemClock, id: 'desk-1', budget: BUDGET });
  const client = await servers.publisher('hedged', [router.plugin, hedging.plugin]);
  const topic = 'data.trades.OKX.BTCUSDT';
  for (let number = 0; number < BEFORE; number += 1) {
    // Not hedged: on a busy machine something is always late, and what that takes from the budget nobody can tell beforehand.
    expect(client.publish(topic, number, { orderingKey: String(number) })).toBe(true);
    await sleep(GAP_MS);
  }
  await client.flush();
  await expect.poll(() => handled.size, { timeout: 60_000 }).toBe(BEFORE);

  servers.a.hold();
  const stalled = Array.from({ length: STALLED }, (_, n) => BEFORE + n);
  // By name to the path that stands still: the router would soon choose the other one by itself.
  const headers = { [PATH_HEADER]: 'a' };
  for (const number of stalled)
    expect(hedging.publish(client, topic, number, { orderingKey: String(number), headers })).toBe(true);
  // Nothing gets through to a: whatever arrives now is a second copy, and went by b.
  const twice = STALLED * BUDGET;
  await expect.poll(() => handled.size, { timeout: 60_000 }).toBe(BEFORE + twice);
  await expect.poll(() => hedging.counts().leftAlone, { timeout: 60_000 }).toBe(STALLED - twice);

  servers.a.release();
  await client.flush();
  await expect.poll(() => total(copies), { timeout: 60_000 }).toBe(BEFORE + STALLED + twice);
  expect(hedging.counts()).toEqual({ published: STALLED, hedged: twice, leftAlone: STALLED - twice });
  expect(stalled.filter((number) => copies.get(number) === 2)).toHaveLength(twice);
  expect(handled.size).toBe(BEFORE + STALLED);
  expect(total(handled)).toBe(BEFORE + STALLED);
});

function total(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, times) => sum + times, 0);
}
