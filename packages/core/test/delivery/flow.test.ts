import { PRIORITIES, Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { HeldHandler, bench, range, recorder, watched } from './delivery-fixture.ts';

test('more urgent messages are handled first, whatever the order of publishing', async () => {
  const { client, settled } = bench();
  const seen = recorder<number>();
  client.subscribe('*', seen.handler);
  for (const priority of PRIORITIES.toReversed()) client.publish(`t${priority}`, priority, { priority });
  await settled();
  expect(seen.payloads).toEqual([0, 1, 2, 3]);
});

test('a message waits for nothing: CRITICAL and HIGH do not wait for the flush interval, NORMAL and LOW do', async () => {
  const { client, clock, rest } = bench({ flushIntervalMs: 50 });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  for (const priority of PRIORITIES) client.publish(`t${priority}`, `${priority}`, { priority });
  await rest();
  expect(seen.payloads).toEqual(['0', '1']);
  for (const priority of PRIORITIES) {
    client.publish(`t${priority}`, `${priority} alone`, { priority });
    await rest();
  }
  expect(seen.payloads).toEqual(['0', '1', '0 alone', '1 alone']);
  await clock.advance(49);
  expect(seen.payloads).toHaveLength(4);
  await clock.advance(1);
  expect(seen.payloads.slice(4)).toEqual(['2', '2 alone', '3', '3 alone']);
});

test('the flush interval counts from the first message that it holds, so that none waits longer', async () => {
  const { client, clock } = bench({ flushIntervalMs: 50 });
  const waits: number[] = [];
  client.subscribe('a', (_, { publishedAtMs }) => waits.push(clock.now() - publishedAtMs));
  for (let i = 0; i < 100; i += 1) {
    client.publish('a', i);
    await clock.advance(7);
  }
  await clock.advance(50);
  expect(waits).toHaveLength(100);
  expect(Math.max(...waits)).toBeLessThanOrEqual(50);
});

test('a lane at its high water mark does not wait for the flush interval', async () => {
  const { client, rest } = bench({ flushIntervalMs: 60_000, lanes: { NORMAL: { capacity: 10 } } });
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  for (const n of range(1, 7)) client.publish('a', n);
  await rest();
  expect(seen.payloads).toEqual([]);
  client.publish('a', 8);
  await rest();
  expect(seen.payloads).toEqual(range(1, 8));
});

test('flush waits for everything accepted before it, running handlers included, and does not wait for the flush interval', async () => {
  const { client, rest } = bench({ flushIntervalMs: 60_000 });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  for (const n of [1, 2]) client.publish('a', n);
  const flushing = watched(client.flush());
  await rest();
  expect(held.running).toEqual([1]);
  held.succeed(1);
  await rest();
  expect(flushing.isFulfilled).toBe(false);
  held.succeed(2);
  await rest();
  expect(flushing.isFulfilled).toBe(true);
  await flushing.promise;
});

test('flush does not wait for what is published after it', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  client.publish('a', 'before');
  const flushing = watched(client.flush());
  await rest();
  for (const n of range(1, 5)) client.publish(`b${n}`, `after ${n}`);
  await rest();
  held.succeed('before');
  await rest();
  expect(held.running).toHaveLength(5);
  expect(flushing.isFulfilled).toBe(true);
  await flushing.promise;
});

test('flush does not wait for a retry', async () => {
  const { client, clock, rest } = bench();
  client.subscribe('a', (_, { deliveryCount }) => {
    if (deliveryCount === 1) throw new Error('once');
  });
  client.publish('a', 1);
  const atMs = clock.now();
  const flushing = client.flush();
  await rest();
  await flushing;
  expect(clock.now()).toBe(atMs);
});

test('flush of an idle client resolves at once', async () => {
  const { client, rest } = bench();
  const flushing = client.flush();
  await rest();
  await flushing;
  expect(await client.flush()).toBe(undefined);
});

test('pause starts no delivery and keeps taking messages; resume goes on where it stopped', async () => {
  const { client, rest, clock } = bench();
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  client.publish('a', 1);
  client.pause();
  for (const n of [2, 3]) expect(client.publish('a', n)).toBe(true);
  await rest();
  await clock.advance(10_000);
  expect(seen.payloads).toEqual([]);
  client.resume();
  await rest();
  expect(seen.payloads).toEqual([1, 2, 3]);
});

test('pause lets handlers finish that run, and starts neither parked deliveries nor retries', async () => {
  const { client, rest, clock } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  client.publish('a', 'runs');
  client.publish('a', 'parked');
  client.publish('b', 'fails');
  await rest();
  client.pause();
  held.succeed('runs');
  held.fail('fails');
  await rest();
  await clock.advance(10_000);
  expect(held.payloads).toEqual(['runs', 'fails']);
  client.resume();
  await rest();
  expect(held.running.toSorted()).toEqual(['fails', 'parked']);
});

test('a handler that pauses the client stops the messages behind it', async () => {
  const { client, rest } = bench();
  const seen: number[] = [];
  client.subscribe('a', (payload: number) => {
    seen.push(payload);
    if (payload === 2) client.pause();
  });
  for (const n of range(1, 5)) client.publish('a', n);
  await rest();
  expect(seen).toEqual([1, 2]);
  client.resume();
  await rest();
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('draining is cut into slices: a backlog lets the event loop have its turn after about a millisecond each', async () => {
  const { client, clock, rest } = bench({ sliceMs: 1 });
  let handled = 0;
  const handledAtTurn: number[] = [];
  client.subscribe('a', () => {
    handled += 1;
    clock.elapse(0.1);
  });
  const turn = (): void => {
    handledAtTurn.push(handled);
    if (handled < 1_000) clock.nextTurn(turn);
  };
  for (const n of range(1, 1_000)) client.publish('a', n);
  clock.nextTurn(turn);
  await rest();
  expect(handled).toBe(1_000);
  // 1,000 handlers of 0.1 ms are 100 ms: at most twice the slice, 20 of them, between two turns.
  const perTurn = handledAtTurn.map((count, i) => count - (handledAtTurn[i - 1] ?? 0));
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(20 + 2);
});

test('publish through a handle is the same as publish on its topic', async () => {
  const { client, settled } = bench();
  const seen = recorder<number>();
  const handle = client.topic('a');
  expect(handle.hasSubscribers()).toBe(false);
  const subscription = client.subscribe('*', seen.handler);
  expect(handle.hasSubscribers()).toBe(true);
  expect(handle.publish(1, { priority: Priority.LOW, orderingKey: 'k' })).toBe(true);
  client.publish('a', 2, { priority: Priority.LOW, orderingKey: 'k' });
  await settled();
  expect(seen.payloads).toEqual([1, 2]);
  expect(seen.metas.map(({ topic, priority, orderingKey }) => [topic, priority, orderingKey])).toEqual([
    ['a', 3, 'k'],
    ['a', 3, 'k'],
  ]);
  subscription.unsubscribe();
  expect(handle.hasSubscribers()).toBe(false);
});

test('a message that nobody is subscribed to is counted as unrouted', async () => {
  const { client, settled, outcomes } = bench();
  client.subscribe('a', () => undefined);
  client.publish('b', 1);
  await settled();
  expect(outcomes.all.map(({ kind, topic }) => [kind, topic])).toEqual([['unrouted', 'b']]);
});

test('a subscription made while a message waits in its lane gets that message, one that ends meanwhile does not', async () => {
  const { client, settled } = bench();
  const early = recorder<number>();
  const late = recorder<number>();
  const subscription = client.subscribe('a', early.handler);
  client.pause();
  client.publish('a', 1);
  subscription.unsubscribe();
  client.subscribe('a', late.handler);
  client.resume();
  await settled();
  expect(early.payloads).toEqual([]);
  expect(late.payloads).toEqual([1]);
});

test('meta tells what the publisher gave, is immutable, and may be kept', async () => {
  const { client, clock, settled } = bench();
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  const options = {
    priority: Priority.HIGH,
    orderingKey: 'k',
    expiresAtMs: clock.now() + 99,
    correlationId: 'c',
    headers: { traceparent: 't' },
  };
  client.publish('a', 1, options);
  await clock.advance(5);
  client.publish('a', 2);
  await settled();
  const [first, second] = seen.metas;
  expect(first).toMatchObject({
    topic: 'a',
    ...options,
    publishedAtMs: clock.now() - 5,
    deliveryCount: 1,
    sequence: 1,
  });
  expect(second).toMatchObject({ topic: 'a', priority: Priority.NORMAL, publishedAtMs: clock.now(), sequence: 2 });
  expect([second?.orderingKey, second?.expiresAtMs, second?.correlationId, second?.headers]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('outcomes carry how long a message waited and how long it was handled', async () => {
  const { client, clock, rest, outcomes } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  client.pause();
  client.publish('a', 1);
  await clock.advance(30);
  client.resume();
  await rest();
  await clock.advance(12);
  held.succeed(1);
  await rest();
  const [handled] = outcomes.of('handled');
  expect(handled?.waitedMs).toBeCloseTo(30, 3);
  expect(handled?.handledMs).toBeCloseTo(12, 3);
});
