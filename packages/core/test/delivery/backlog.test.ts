import { PRIORITIES, type Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/index.ts';

const MILLION = 1_000_000;
const LANES = {
  CRITICAL: { capacity: MILLION },
  HIGH: { capacity: MILLION },
  NORMAL: { capacity: MILLION },
  LOW: { capacity: MILLION },
};

/** The last message seen of each key and lane, and how often one came out of order. */
class OrderCheck {
  disorder = 0;
  handled = 0;
  sum = 0;
  readonly #last = new Map<string, number>();

  see(payload: number, lane: string): void {
    this.handled += 1;
    this.sum += payload;
    if ((this.#last.get(lane) ?? -1) >= payload) this.disorder += 1;
    this.#last.set(lane, payload);
  }
}

function keyOf(n: number): string {
  return `k${n % 997}`;
}

test('1,000,000 queued messages of 997 keys in four lanes drain with nothing lost, nothing twice, and each key and lane in order', async () => {
  const client = new BufferedMessageBusClient({ lanes: LANES });
  const sync = new OrderCheck();
  const async = new OrderCheck();
  client.subscribe('data.*', (payload: number, { orderingKey, priority }) =>
    sync.see(payload, `${orderingKey}/${priority}`),
  );
  client.subscribe('data.*', (payload: number, { orderingKey, priority }) => {
    if (payload % 100 !== 0) return async.see(payload, `${orderingKey}/${priority}`);
    return Promise.resolve().then(() => async.see(payload, `${orderingKey}/${priority}`));
  });
  client.pause();
  let accepted = 0;
  for (let n = 0; n < MILLION; n += 1) {
    if (client.publish(`data.t${n % 100}`, n, { priority: PRIORITIES[(n * 7) % 4] as Priority, orderingKey: keyOf(n) }))
      accepted += 1;
  }
  expect(accepted).toBe(MILLION);
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 0);
  client.resume();
  await client.flush();
  clearInterval(ticking);
  const expected = { handled: MILLION, sum: (MILLION * (MILLION - 1)) / 2, disorder: 0 };
  expect({ handled: sync.handled, sum: sync.sum, disorder: sync.disorder }).toEqual(expected);
  expect({ handled: async.handled, sum: async.sum, disorder: async.disorder }).toEqual(expected);
  // The backlog took seconds; timers had their turns in between.
  expect(turns).toBeGreaterThan(10);
  expect(await client.close()).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
});

test('a client that closes on a backlog of 1,000,000 reports exactly what it did not handle', async () => {
  const client = new BufferedMessageBusClient({ lanes: LANES });
  let handled = 0;
  client.subscribe('*', () => {
    handled += 1;
  });
  client.pause();
  for (let n = 0; n < MILLION; n += 1) client.publish('a', n, { priority: PRIORITIES[n % 4] as Priority });
  const report = await client.close({ deadlineMs: 20 });
  const left = report.queued.reduce((sum, count) => sum + count, report.unsettled);
  expect(handled + left).toBe(MILLION);
  expect(handled).toBeGreaterThan(0);
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  expect(handled + left).toBe(MILLION);
});

test('more ordering keys than a client keeps: 200,000 of them, each three times, and each in order', async () => {
  const client = new BufferedMessageBusClient({
    lanes: { NORMAL: { capacity: MILLION } },
    workers: { min: 50, max: 50 },
  });
  const check = new OrderCheck();
  let running = 0;
  let overlaps = 0;
  const busy = new Set<string>();
  client.subscribe('*', (payload: number, { orderingKey = '' }) => {
    check.see(payload, orderingKey);
    if (payload % 10 !== 0) return undefined;
    if (busy.has(orderingKey)) overlaps += 1;
    busy.add(orderingKey);
    running += 1;
    return Promise.resolve().then(() => {
      running -= 1;
      return busy.delete(orderingKey);
    });
  });
  const count = 600_000;
  for (let n = 0; n < count; n += 1) {
    client.publish('a', n, { orderingKey: `k${n % 200_000}` });
    if (n % 50_000 === 0) await client.flush();
  }
  await client.flush();
  expect({ handled: check.handled, disorder: check.disorder, overlaps, running }).toEqual({
    handled: count,
    disorder: 0,
    overlaps: 0,
    running: 0,
  });
  await client.close();
});

test('a backlog that grows while it drains, with waiters at a full lane, loses nothing', async () => {
  const client = new BufferedMessageBusClient({ lanes: { NORMAL: { capacity: 500 } } });
  const check = new OrderCheck();
  client.subscribe('*', (payload: number, { topic }) => {
    check.see(payload, topic);
    return payload % 1_000 === 0 ? Promise.resolve() : undefined;
  });
  const count = 100_000;
  for (let n = 0; n < count; n += 1) {
    if (!client.publish(`t${n % 10}`, n)) await client.publishWhenReady(`t${n % 10}`, n);
  }
  await client.flush();
  expect({ handled: check.handled, disorder: check.disorder }).toEqual({ handled: count, disorder: 0 });
  expect(await client.close()).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
});
