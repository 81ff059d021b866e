import { PRIORITIES, type Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { Scrape, expectConserved } from './ledger.ts';

const MILLION = 1_000_000;
const CAPACITY = { capacity: MILLION };
const LANES = { CRITICAL: CAPACITY, HIGH: CAPACITY, NORMAL: CAPACITY, LOW: CAPACITY };

test('1,000,000 queued messages with keys and expiry are all delivered, in order per key and priority, and leave the lanes empty', async () => {
  const client = new BufferedMessageBusClient({ lanes: LANES });
  const keys = Array.from({ length: 1_000 }, (_, i) => `key-${i}`);
  const last = new Map<string, number[]>(keys.map((key) => [key, [0, 0, 0, 0]]));
  let outOfOrder = 0;
  let handled = 0;
  client.subscribe('orders.*', (_payload, { orderingKey, priority, sequence }) => {
    const before = last.get(orderingKey ?? '') ?? [];
    if ((before[priority] ?? Infinity) >= sequence) outOfOrder += 1;
    before[priority] = sequence;
    handled += 1;
  });
  client.pause();
  const expiresAtMs = Date.now() + 3_600_000;
  for (let i = 0; i < MILLION; i += 1) {
    const accepted = client.publish(`orders.${i & 7}`, i, {
      priority: PRIORITIES[i & 3] as Priority,
      orderingKey: keys[(i * 7) % 1_000],
      expiresAtMs,
    });
    if (!accepted) throw new Error(`Expected room for message ${i}.`);
  }
  expect(new Scrape(client).sum('tradewind_lane_queued')).toBe(MILLION);
  client.resume();
  await client.flush();
  expect([handled, outOfOrder]).toEqual([MILLION, 0]);
  expectConserved(client);
  expect(new Scrape(client).sum('tradewind_lane_queued')).toBe(0);
  expect(await client.close()).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
});

test('while 200,000 messages drain, timers and immediates have their turn', async () => {
  const client = new BufferedMessageBusClient({ lanes: LANES });
  let handled = 0;
  client.subscribe('t', () => (handled += 1));
  for (let i = 0; i < 200_000; i += 1) client.publish('t', i);
  const progress: number[] = [];
  while (handled < 200_000) {
    await new Promise((resolve) => setImmediate(resolve));
    progress.push(handled);
  }
  // With a slice of a millisecond each turn handles a few thousand; all at once would be a single turn.
  expect(progress.length).toBeGreaterThan(10);
});
