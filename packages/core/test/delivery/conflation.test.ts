import { Priority, type ConflationKey, type RoutingPlugin } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { HeldHandler, bench, byNumber, range, recorder } from './delivery-fixture.ts';

test('a waiting delivery is replaced by a newer one with the same conflation key and priority', async () => {
  const { client, rest, outcomes } = bench();
  const held = new HeldHandler<string>();
  const every = recorder<string>();
  const subscription = client.subscribe('quotes.*', held.handler, { conflateBy: 'topic' });
  client.subscribe('quotes.*', every.handler);
  for (const payload of ['running', 'old', 'older', 'newest']) {
    client.publish('quotes.BTC', payload);
    await rest();
  }
  held.succeed('running');
  await rest();
  expect(held.payloads).toEqual(['running', 'newest']);
  // The other subscription gets everything: conflation is a subscription's own wish.
  expect(every.payloads).toEqual(['running', 'old', 'older', 'newest']);
  expect(outcomes.of('superseded').map(({ sequence, subscriptionId }) => [sequence, subscriptionId])).toEqual([
    [2, subscription.id],
    [3, subscription.id],
  ]);
});

test('conflation never crosses priorities', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('quotes', held.handler, { conflateBy: 'topic' });
  client.publish('quotes', 'running');
  await rest();
  client.publish('quotes', 'normal 1');
  client.publish('quotes', 'high 1', { priority: Priority.HIGH });
  client.publish('quotes', 'normal 2');
  client.publish('quotes', 'high 2', { priority: Priority.HIGH });
  await rest();
  for (const next of ['running', 'high 2', 'normal 2']) {
    expect(held.running).toEqual([next]);
    held.succeedAll();
    await rest();
  }
  expect(held.running).toEqual([]);
});

test('the newest takes the place of the one it supersedes', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('quotes.*', held.handler, { conflateBy: 'topic', concurrency: 1 });
  client.publish('quotes.X', 'running');
  await rest();
  for (const payload of ['A1', 'B1', 'C1', 'A2', 'C2']) client.publish(`quotes.${payload[0]}`, payload);
  await rest();
  for (const next of ['running', 'A2', 'B1', 'C2']) {
    expect(held.running).toEqual([next]);
    held.succeedAll();
    await rest();
  }
  expect(held.running).toEqual([]);
});

test('a subscription does not conflate what has not left its lane', async () => {
  const { client, settled } = bench();
  const seen = recorder<number>();
  client.subscribe('quotes', seen.handler, { conflateBy: 'topic' });
  client.pause();
  for (const n of [1, 2, 3]) client.publish('quotes', n);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([1, 2, 3]);
});

test('conflation by ordering key, and by a function of the payload', async () => {
  const keys: readonly [ConflationKey, readonly string[]][] = [
    ['orderingKey', ['running', 'k newest']],
    [(payload: string) => payload.at(-1) ?? '', ['running', 'k old', 'k newest']],
  ];
  for (const [conflateBy, expected] of keys) {
    const { client, rest } = bench();
    const held = new HeldHandler<string>();
    client.subscribe('*', held.handler, { conflateBy });
    client.publish('a', 'running', { orderingKey: 'k' });
    await rest();
    client.publish('b', 'k old', { orderingKey: 'k' });
    client.publish('c', 'k newest', { orderingKey: 'k' });
    await rest();
    for (let i = 0; i < 3; i += 1) {
      held.succeedAll();
      await rest();
    }
    expect(held.payloads).toEqual(expected);
  }
});

test('conflated by something finer than the ordering key, the newest stands where the older one stood', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler, { conflateBy: 'topic' });
  for (const payload of ['running', 'a1', 'b1', 'a2'])
    client.publish(payload[0] ?? '', payload, { orderingKey: 'account' });
  for (const next of ['running', 'a2', 'b1']) {
    await rest();
    expect(held.running).toEqual([next]);
    held.succeedAll();
  }
  await rest();
  expect(held.running).toEqual([]);
});

test('a message of another ordering key is not superseded, though its conflation key is the same', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('a', held.handler, { conflateBy: 'topic', concurrency: 1 });
  client.publish('a', 'running', { orderingKey: 'i' });
  client.publish('a', 'of j', { orderingKey: 'j' });
  client.publish('a', 'of k', { orderingKey: 'k' });
  for (const next of ['running', 'of j', 'of k']) {
    await rest();
    expect(held.running).toEqual([next]);
    held.succeedAll();
  }
});

test('a conflateBy function that throws conflates nothing and loses nothing', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler, {
    conflateBy: () => {
      throw new Error('no key');
    },
  });
  for (const n of [1, 2, 3]) client.publish('a', n);
  for (let i = 0; i < 3; i += 1) {
    await rest();
    held.succeedAll();
  }
  await rest();
  expect(held.payloads).toEqual([1, 2, 3]);
});

test('a plugin conflates messages that wait in their lane: the newest takes the place of the old one', async () => {
  const byTopic: RoutingPlugin = {
    name: 'by-topic',
    route: ({ topic }) => ({ conflateBy: topic, reason: 'only the newest' }),
  };
  const { client, settled, outcomes } = bench({ plugins: [byTopic] });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.pause();
  for (const payload of ['A1', 'B1', 'A2', 'C1', 'A3']) client.publish(`quotes.${payload[0]}`, payload);
  client.publish('quotes.B', 'B1 high', { priority: Priority.HIGH });
  client.resume();
  await settled();
  // B waits in two lanes: conflation does not cross them.
  expect(seen.payloads).toEqual(['B1 high', 'A3', 'B1', 'C1']);
  expect(outcomes.of('superseded').map(({ sequence }) => sequence)).toEqual([1, 3]);
});

test('overflow conflate: a full lane keeps the newest of each ordering key, in the place of the one it replaces', async () => {
  const { client, settled, outcomes } = bench({ lanes: { LOW: { capacity: 3, overflow: 'conflate' } } });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.pause();
  for (const payload of ['A1', 'B1', 'C1', 'A2', 'C2', 'A3']) {
    expect(client.publish(`quotes.${payload[0]}`, payload, { priority: Priority.LOW })).toBe(true);
  }
  client.resume();
  await settled();
  expect(seen.payloads).toEqual(['A3', 'B1', 'C2']);
  expect(outcomes.of('superseded').map(({ sequence }) => sequence)).toEqual([1, 3, 4]);
});

test('overflow conflate without a match behaves as dropOldest', async () => {
  const { client, settled, outcomes } = bench({ lanes: { LOW: { capacity: 3, overflow: 'conflate' } } });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.pause();
  for (const payload of ['A1', 'B1', 'C1', 'D1', 'C2', 'E1']) {
    expect(client.publish(`quotes.${payload[0]}`, payload, { priority: Priority.LOW })).toBe(true);
  }
  client.resume();
  await settled();
  expect(seen.payloads).toEqual(['C2', 'D1', 'E1']);
  expect(outcomes.of('dropped').map(({ sequence, reason }) => [sequence, reason])).toEqual([
    [1, 'overflowOldest'],
    [2, 'overflowOldest'],
  ]);
  expect(outcomes.of('superseded').map(({ sequence }) => sequence)).toEqual([3]);
});

test('overflow conflate replaces the newest of several waiting messages of a key, so that their order holds', async () => {
  const { client, settled } = bench({ lanes: { LOW: { capacity: 4, overflow: 'conflate' } } });
  const seen = recorder<string>();
  client.subscribe('*', seen.handler);
  client.pause();
  for (const payload of ['A1', 'A2', 'B1', 'A3', 'A4', 'A5'])
    client.publish(`quotes.${payload[0]}`, payload, { priority: Priority.LOW });
  client.resume();
  await settled();
  expect(seen.payloads).toEqual(['A1', 'A2', 'B1', 'A5']);
});

test('overflow conflate over a long time: the newest of each key always arrives, order per key holds, every message is accounted for', async () => {
  const { client, settled, outcomes } = bench({ lanes: { LOW: { capacity: 8, overflow: 'conflate' } } });
  const last = new Map<string, number>();
  let disorder = 0;
  client.subscribe('*', (payload: number, { topic }) => {
    if (payload < (last.get(topic) ?? 0)) disorder += 1;
    last.set(topic, payload);
  });
  const newest = new Map<string, number>();
  client.pause();
  for (const n of range(1, 5_000)) {
    const topic = `t${(n * n) % 5}`;
    newest.set(topic, n);
    client.publish(topic, n, { priority: Priority.LOW });
    if (n % 13 !== 0) continue;
    client.resume();
    await settled();
    client.pause();
  }
  client.resume();
  await settled();
  expect(disorder).toBe(0);
  expect(last).toEqual(newest);
  expect(outcomes.all.map(({ sequence }) => sequence).toSorted(byNumber)).toEqual(range(1, 5_000));
  expect(outcomes.count('dropped')).toBe(0);
});
