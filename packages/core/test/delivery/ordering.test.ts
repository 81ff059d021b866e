import { PRIORITIES, Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { HeldHandler, bench, byNumber, range, recorder } from './delivery-fixture.ts';

test('one delivery of a key at a time per subscription, across lanes', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('*', held.handler);
  for (const priority of PRIORITIES) client.publish(`topic${priority}`, priority, { priority, orderingKey: 'k' });
  for (const left of [4, 3, 2, 1]) {
    await rest();
    expect(held.running).toHaveLength(1);
    expect(held.started).toHaveLength(5 - left);
    held.succeedAll();
  }
  await rest();
  expect(held.peak).toBe(1);
  expect(held.payloads.toSorted(byNumber)).toEqual([0, 1, 2, 3]);
});

test('other keys run in parallel meanwhile', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('orders', held.handler);
  for (const key of ['j', 'k', 'l'])
    for (const n of [1, 2]) client.publish('orders', `${key}${n}`, { orderingKey: key });
  await rest();
  expect(held.running).toEqual(['j1', 'k1', 'l1']);
  held.succeed('k1');
  await rest();
  expect(held.running).toEqual(['j1', 'l1', 'k2']);
});

test('the key holds per subscription: a slow subscription does not hold the others back', async () => {
  const { client, rest } = bench();
  const slow = new HeldHandler<number>();
  const fast = recorder<number>();
  client.subscribe('a', slow.handler);
  client.subscribe('a', fast.handler);
  for (const payload of [1, 2, 3]) client.publish('a', payload);
  await rest();
  expect(slow.payloads).toEqual([1]);
  expect(fast.payloads).toEqual([1, 2, 3]);
});

test('without an ordering key the topic is the key', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  client.publish('a', 'a1');
  client.publish('a', 'a2');
  client.publish('b', 'b1');
  client.publish('b', 'b with the key a', { orderingKey: 'a' });
  await rest();
  expect(held.running).toEqual(['a1', 'b1']);
});

test('publish order within one key and priority, for synchronous and asynchronous handlers', async () => {
  const { client, settled } = bench({ workers: { min: 8, max: 8 } });
  const sync: Record<string, number[]> = {};
  const async: Record<string, number[]> = {};
  client.subscribe('*', (payload: number, { orderingKey, priority }) => {
    (sync[`${orderingKey}${priority}`] ??= []).push(payload);
  });
  client.subscribe('*', async (payload: number, { orderingKey, priority }) => {
    for (let i = 0; i < payload % 3; i += 1) await Promise.resolve();
    (async[`${orderingKey}${priority}`] ??= []).push(payload);
  });
  for (const n of range(1, 600)) {
    client.publish(`t${n % 5}`, n, { orderingKey: `k${n % 7}-`, priority: (n % 4) as Priority });
  }
  await settled();
  expect(Object.values(sync).flat()).toHaveLength(600);
  for (const [name, payloads] of Object.entries(sync)) expect(payloads, name).toEqual(payloads.toSorted(byNumber));
  expect(async).toEqual(sync);
});

test('of the parked messages of a key the most urgent goes first, and within a priority the oldest', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  client.publish('a', 'first', { priority: Priority.LOW });
  await rest();
  client.publish('a', 'low 1', { priority: Priority.LOW });
  client.publish('a', 'low 2', { priority: Priority.LOW });
  client.publish('a', 'critical', { priority: Priority.CRITICAL });
  client.publish('a', 'high 1', { priority: Priority.HIGH });
  client.publish('a', 'high 2', { priority: Priority.HIGH });
  await rest();
  for (const next of ['first', 'critical', 'high 1', 'high 2', 'low 1', 'low 2']) {
    expect(held.running).toEqual([next]);
    held.succeedAll();
    await rest();
  }
});

test('a message of a busy key is parked and does not hold up the messages behind it in its lane', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  client.publish('busy', 'busy 1');
  await rest();
  for (const n of range(2, 100)) client.publish('busy', `busy ${n}`);
  client.publish('free', 'free 1');
  await rest();
  expect(held.running).toEqual(['busy 1', 'free 1']);
});

test('parked messages count against the capacity of their lane', async () => {
  const { client, rest } = bench({ lanes: { NORMAL: { capacity: 3, overflow: 'refuse' } } });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  expect(client.publish('a', 0)).toBe(true);
  await rest();
  const accepted: boolean[] = [];
  for (const payload of [1, 2, 3, 4]) {
    accepted.push(client.publish('a', payload));
    await rest();
  }
  expect(accepted).toEqual([true, true, true, false]);
  held.succeed(0);
  await rest();
  expect(client.publish('a', 5)).toBe(true);
  for (const next of [1, 2, 3, 5]) {
    expect(held.running).toEqual([next]);
    held.succeed(next);
    await rest();
  }
});

test('a retry of one message holds back the later ones of its key in every lane, and is made before them', async () => {
  const { client, clock, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('a', held.handler);
  client.publish('a', 'first', { priority: Priority.LOW });
  await rest();
  held.fail('first');
  await rest();
  client.publish('a', 'second', { priority: Priority.LOW });
  client.publish('a', 'urgent', { priority: Priority.CRITICAL });
  await rest();
  expect(held.running).toEqual([]);
  await clock.advance(100);
  for (const next of ['first', 'urgent', 'second']) {
    expect(held.running).toEqual([next]);
    held.succeed(next);
    await rest();
  }
});

test('a synchronous failure holds its key too', async () => {
  const { client, clock, rest } = bench();
  const calls: string[] = [];
  client.subscribe('a', (payload: string, { deliveryCount }) => {
    calls.push(`${payload}.${deliveryCount}`);
    if (payload === 'first' && deliveryCount === 1) throw new Error('once');
  });
  client.publish('a', 'first');
  client.publish('a', 'second');
  await rest();
  expect(calls).toEqual(['first.1']);
  await clock.advance(100);
  expect(calls).toEqual(['first.1', 'first.2', 'second.1']);
});

test('concurrency bounds the handlers of one subscription, and leaves the other workers to others', async () => {
  const { client, rest } = bench({ workers: { min: 10, max: 10 } });
  const narrow = new HeldHandler<number>();
  const wide = new HeldHandler<number>();
  client.subscribe('*', narrow.handler, { concurrency: 2 });
  client.subscribe('*', wide.handler);
  for (const n of range(1, 6)) client.publish(`t${n}`, n);
  await rest();
  expect(narrow.running).toEqual([1, 2]);
  expect(wide.running).toEqual([1, 2, 3, 4, 5, 6]);
  narrow.succeed(2);
  await rest();
  expect(narrow.running).toEqual([1, 3]);
  for (let left = 5; left > 0; left -= 1) {
    narrow.succeedAll();
    await rest();
  }
  expect(narrow.payloads).toEqual([1, 2, 3, 4, 5, 6]);
  expect(narrow.peak).toBe(2);
});

test('a delivery that fails passes its place on while it waits for its retry', async () => {
  const { client, clock, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler, { concurrency: 1 });
  client.publish('a', 'fails');
  client.publish('b', 'waits');
  await rest();
  held.fail('fails');
  await rest();
  expect(held.running).toEqual(['waits']);
  await clock.advance(100);
  expect(held.running).toEqual(['waits']);
  held.succeed('waits');
  await rest();
  expect(held.running).toEqual(['fails']);
});

test('handlers of one message run by handlerPriority, high first, ties in the order of subscription', async () => {
  const { client, settled } = bench();
  const calls: string[] = [];
  const add = (name: string, handlerPriority?: number): void => {
    client.subscribe('a', () => calls.push(name), { handlerPriority });
  };
  add('second');
  add('third');
  add('last', -1.5);
  add('first', 10);
  client.publish('a', 1);
  await settled();
  expect(calls).toEqual(['first', 'second', 'third', 'last']);
});

test('never more handlers at once than workers', async () => {
  const { client, rest } = bench({ workers: { min: 3, max: 3 } });
  const held = new HeldHandler<number>();
  client.subscribe('*', held.handler);
  client.subscribe('?*', held.handler);
  for (const n of range(1, 20)) client.publish(`t${n}`, n);
  while (held.started.length < 40) {
    await rest();
    expect(held.running.length).toBe(Math.min(3, 40 - held.started.length + held.running.length));
    held.succeed(held.running[0] ?? 0);
  }
  expect(held.peak).toBe(3);
});
