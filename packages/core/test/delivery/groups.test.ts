import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { InMemoryBroker, type BufferedMessageBusClientOptions } from '../../src/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { HeldHandler, RETRY, bench, byNumber, range, recorder } from './delivery-fixture.ts';

/** Clients that meet at one broker, on one clock. */
function market() {
  const clock = new ManualClock();
  const broker = new InMemoryBroker({ clock });
  const rest = (): Promise<void> => clock.settle();
  return {
    clock,
    broker,
    rest,
    join: (options: BufferedMessageBusClientOptions = {}) =>
      bench({ paths: { main: broker.transport() }, ...options }, clock),
    ready: async (...clients: readonly { readonly ready: () => Promise<void> }[]): Promise<void> => {
      const all = Promise.all(clients.map((client) => client.ready()));
      await rest();
      await all;
    },
  };
}

test('clients of one group share the work: each message goes to one of them', async () => {
  const { join, ready, rest } = market();
  const feed = join({ name: 'feed' });
  const desks = [join({ name: 'desk-1', group: 'desks' }), join({ name: 'desk-2', group: 'desks' })];
  const seen = desks.map(({ client }) => {
    const r = recorder<number>();
    client.subscribe('orders.*', r.handler);
    return r;
  });
  await ready(feed.client, ...desks.map(({ client }) => client));
  for (const n of range(1, 200)) {
    feed.client.publish(`orders.o${n % 20}`, n);
    if (n % 10 === 0) await rest();
  }
  await rest();
  expect(seen.flatMap(({ payloads }) => payloads).toSorted(byNumber)).toEqual(range(1, 200));
  expect(seen.every(({ payloads }) => payloads.length > 0)).toBe(true);
});

test('every matching subscription of the client that got a message gets its copy', async () => {
  const { join, ready, rest } = market();
  const feed = join();
  const desks = [join({ group: 'desks' }), join({ group: 'desks' })];
  const copies: string[] = [];
  for (const [i, { client }] of desks.entries()) {
    for (const name of ['book', 'risk'])
      client.subscribe('orders', (payload: number) => copies.push(`${payload} ${name} of ${i}`), { id: name });
  }
  await ready(feed.client, ...desks.map(({ client }) => client));
  for (const n of range(1, 20)) feed.client.publish('orders', n, { orderingKey: `k${n}` });
  await rest();
  expect(copies).toHaveLength(40);
  for (const n of range(1, 20)) {
    const of = copies.filter((copy) => copy.startsWith(`${n} `));
    expect(new Set(of.map((copy) => copy.split(' ')[1]))).toEqual(new Set(['book', 'risk']));
    expect(new Set(of.map((copy) => copy.split(' ').at(-1))).size).toBe(1);
  }
});

test('without a group every client gets everything, its own messages included', async () => {
  const { join, ready, rest } = market();
  const clients = [join(), join(), join()];
  const seen = clients.map(({ client }) => {
    const r = recorder<number>();
    client.subscribe('*', r.handler);
    return r;
  });
  await ready(...clients.map(({ client }) => client));
  for (const n of range(1, 9)) clients[n % 3]?.client.publish('a', n);
  await rest();
  for (const { payloads } of seen) expect(payloads.toSorted(byNumber)).toEqual(range(1, 9));
});

test('two groups each get everything once', async () => {
  const { join, ready, rest } = market();
  const feed = join();
  const groups = ['risk', 'risk', 'desk', 'desk'].map((group) => ({ group, ...join({ group }) }));
  const seen: Record<string, number[]> = { risk: [], desk: [] };
  for (const { group, client } of groups) client.subscribe('a.*', (payload: number) => seen[group]?.push(payload));
  await ready(feed.client, ...groups.map(({ client }) => client));
  for (const n of range(1, 50)) feed.client.publish(`a.t${n % 7}`, n);
  await rest();
  for (const payloads of Object.values(seen)) expect(payloads.toSorted(byNumber)).toEqual(range(1, 50));
});

test('a client of a group whose patterns differ gets nothing, says so in its health, and nothing is lost meanwhile', async () => {
  const { join, ready, rest, clock } = market();
  const feed = join();
  const first = join({ group: 'desks' });
  const odd = join({ group: 'desks' });
  const seen = recorder<number>();
  const others = recorder<number>();
  first.client.subscribe('orders.*', seen.handler);
  await ready(feed.client, first.client);
  const wrong = odd.client.subscribe('trades.*', others.handler);
  await rest();
  const statuses = (): readonly string[] =>
    [first, odd].flatMap(({ client }) => [client, ...client.parts()].map((part) => part.health().status));
  expect(statuses()).toContain('degraded');
  for (const n of range(1, 5)) feed.client.publish('orders.x', n);
  await rest();
  odd.client.subscribe('orders.*', others.handler);
  wrong.unsubscribe();
  await rest();
  await clock.advance(10_000);
  expect([...seen.payloads, ...others.payloads].toSorted(byNumber)).toEqual(range(1, 5));
  expect(statuses()).not.toContain('degraded');
});

test('over a transport one key is handled one at a time and in order, within the whole group', async () => {
  const { join, ready, rest } = market();
  const feed = join();
  const desks = [join({ group: 'desks' }), join({ group: 'desks' }), join({ group: 'desks' })];
  const running = new Map<string, number>();
  const order: Record<string, number[]> = {};
  let overlaps = 0;
  for (const { client } of desks) {
    client.subscribe('*', async (payload: number, { orderingKey = '' }) => {
      const open = (running.get(orderingKey) ?? 0) + 1;
      running.set(orderingKey, open);
      if (open > 1) overlaps += 1;
      for (let i = 0; i < payload % 4; i += 1) await Promise.resolve();
      (order[orderingKey] ??= []).push(payload);
      running.set(orderingKey, open - 1);
    });
  }
  await ready(feed.client, ...desks.map(({ client }) => client));
  for (const n of range(1, 400)) {
    feed.client.publish(`t${n % 3}`, n, { orderingKey: `k${n % 13}` });
    if (n % 25 === 0) await rest();
  }
  await rest();
  expect(Object.values(order).flat()).toHaveLength(400);
  expect(overlaps).toBe(0);
  for (const payloads of Object.values(order)) expect(payloads).toEqual(payloads.toSorted(byNumber));
});

test('what a closed client of a group had not handled goes to the others', async () => {
  const { join, ready, rest, clock } = market();
  const feed = join();
  const leaving = join({ group: 'desks' });
  const staying = join({ group: 'desks' });
  const held = new HeldHandler<number>();
  const seen = recorder<number>();
  leaving.client.subscribe('orders.*', held.handler);
  await ready(feed.client, leaving.client);
  for (const n of range(1, 10)) feed.client.publish(`orders.o${n % 2}`, n);
  await rest();
  held.succeedAll();
  await rest();
  const handled = held.payloads.filter((payload) => !held.running.includes(payload));
  staying.client.subscribe('orders.*', seen.handler);
  await ready(staying.client);
  const closing = leaving.client.close({ deadlineMs: 10 });
  await clock.advance(10_000);
  expect((await closing).unsettled).toBeGreaterThan(0);
  expect([...handled, ...seen.payloads].toSorted(byNumber)).toEqual(range(1, 10));
  expect(seen.metas.some(({ deliveryCount }) => deliveryCount > 1)).toBe(true);
});

test('a message that fails for good in a group is a dead letter of its broker, once', async () => {
  const { join, ready, rest, clock, broker } = market();
  const feed = join();
  const desks = [
    join({ group: 'desks', retry: { ...RETRY, maxAttempts: 2 } }),
    join({ group: 'desks', retry: { ...RETRY, maxAttempts: 2 } }),
  ];
  let attempts = 0;
  for (const { client } of desks) {
    client.subscribe('orders', () => {
      attempts += 1;
      throw new Error('always');
    });
  }
  await ready(feed.client, ...desks.map(({ client }) => client));
  feed.client.publish('orders', 1);
  await rest();
  await clock.advance(60_000);
  expect(attempts).toBe(2);
  const letters = await Array.fromAsync(broker.deadLetters.list());
  expect(letters.map(({ payload, cause }) => [payload, cause.message])).toEqual([[1, 'always']]);
});

test('a message keeps its lane, its key, its times and its identity over a transport', async () => {
  const { join, ready, rest, clock } = market();
  const feed = join({ name: 'feed' });
  const desk = join({ name: 'desk' });
  const seen = recorder<number>();
  desk.client.subscribe('a', seen.handler);
  await ready(feed.client, desk.client);
  const publishedAtMs = clock.now();
  feed.client.publish('a', 7, {
    priority: Priority.LOW,
    orderingKey: 'k',
    correlationId: 'c',
    expiresAtMs: publishedAtMs + 1_000,
    headers: { h: 'v' },
  });
  await rest();
  expect(seen.payloads).toEqual([7]);
  expect(seen.metas[0]).toMatchObject({
    topic: 'a',
    priority: Priority.LOW,
    publishedAtMs,
    deliveryCount: 1,
    sequence: 1,
    orderingKey: 'k',
    correlationId: 'c',
    expiresAtMs: publishedAtMs + 1_000,
    headers: { h: 'v' },
  });
  expect(seen.metas[0]?.producer).toMatch(/^feed/);
});
