import type { DeadLetter } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/index.ts';
import { HeldHandler, RETRY, bench, codeOfThrown, range, recorder } from './delivery-fixture.ts';

test('a delivery is handled when its handler returns or its promise resolves', async () => {
  const { client, rest, outcomes } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('sync', () => 'anything');
  client.subscribe('async', held.handler);
  client.publish('sync', 1);
  client.publish('async', 2);
  await rest();
  expect(outcomes.of('handled').map(({ topic }) => topic)).toEqual(['sync']);
  held.succeed(2);
  await rest();
  expect(outcomes.of('handled').map(({ topic }) => topic)).toEqual(['sync', 'async']);
});

test('a handler that throws or rejects touches neither the publisher nor another subscription', async () => {
  const { client, rest, outcomes } = bench();
  const good = recorder<number>();
  client.subscribe('a', () => {
    throw new Error('sync');
  });
  client.subscribe('a', () => Promise.reject(new Error('async')));
  client.subscribe('a', good.handler);
  expect(client.publish('a', 1)).toBe(true);
  expect(client.publish('a', 2)).toBe(true);
  await rest();
  expect(good.payloads).toEqual([1, 2]);
  expect(outcomes.count('handled')).toBe(2);
});

test('only the failed delivery is tried again, with a higher deliveryCount', async () => {
  const { client, clock, settled } = bench();
  const good = recorder<number>();
  const counts: number[] = [];
  client.subscribe('a', good.handler);
  client.subscribe('a', (_, { deliveryCount }) => {
    counts.push(deliveryCount);
    if (deliveryCount < 3) throw new Error('not yet');
  });
  client.publish('a', 1);
  await settled();
  await clock.advance(10_000);
  expect(counts).toEqual([1, 2, 3]);
  expect(good.payloads).toEqual([1]);
  expect(good.metas[0]?.deliveryCount).toBe(1);
});

test('retries wait: the first 100 ms, the next twice as long, as the policy says', async () => {
  const { client, clock, settled, outcomes } = bench();
  const startMs = clock.now();
  const times: number[] = [];
  client.subscribe('a', () => {
    times.push(clock.now() - startMs);
    throw new Error('always');
  });
  client.publish('a', 1);
  await settled();
  await clock.advance(10_000);
  expect(times).toEqual([0, 100, 300]);
  expect(outcomes.count('failed')).toBe(3);
  expect(outcomes.count('deadLettered')).toBe(1);
});

test('the backoff is bounded by maxDelayMs, and jitter only shortens it', async () => {
  const retry = { maxAttempts: 6, initialDelayMs: 100, multiplier: 10, maxDelayMs: 400, jitter: 0.5 };
  const { client, clock, settled } = bench({ retry, random: seededRandom(7) });
  const times: number[] = [];
  client.subscribe('a', () => {
    times.push(clock.now());
    throw new Error('always');
  });
  client.publish('a', 1);
  await settled();
  await clock.advance(10_000);
  const delays = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  expect(delays).toHaveLength(5);
  expect(delays[0]).toBeGreaterThanOrEqual(50);
  expect(delays[0]).toBeLessThanOrEqual(100);
  for (const delay of delays.slice(1)) {
    expect(delay).toBeGreaterThanOrEqual(200);
    expect(delay).toBeLessThanOrEqual(400);
  }
  expect(new Set(delays).size).toBeGreaterThan(2);
});

test('after the last attempt the message is a dead letter with its cause: published on the dead-letter topic, and kept in the store', async () => {
  const { client, clock, settled } = bench();
  const letters = recorder<DeadLetter>();
  client.subscribe('dead-letters', letters.handler);
  const failing = client.subscribe('orders', () => {
    throw Object.assign(new Error('venue is away'), { code: 'VENUE_DOWN' });
  });
  const publishedAtMs = clock.now();
  client.publish('orders', { id: 7 }, { orderingKey: 'k', correlationId: 'c', headers: { h: 'v' }, priority: 1 });
  await settled();
  await clock.advance(300);
  expect(letters.payloads).toHaveLength(1);
  expect(letters.payloads[0]).toMatchObject({
    topic: 'orders',
    payload: { id: 7 },
    priority: 1,
    publishedAtMs,
    deadAtMs: publishedAtMs + 300,
    attempts: 3,
    sequence: 1,
    subscriptionId: failing.id,
    orderingKey: 'k',
    correlationId: 'c',
    headers: { h: 'v' },
    cause: { message: 'venue is away', code: 'VENUE_DOWN' },
  });
  const stored = await Array.fromAsync(client.deadLetters.list());
  expect(stored).toEqual(letters.payloads);
});

test('a dead letter that is retried comes as a new message, and leaves the store when it was accepted', async () => {
  const { client, clock, settled } = bench();
  let broken = true;
  const handled: string[] = [];
  client.subscribe('orders', (payload: string) => {
    if (broken) throw new Error('broken');
    handled.push(payload);
  });
  client.publish('orders', 'one');
  await settled();
  await clock.advance(1_000);
  const [letter] = await Array.fromAsync(client.deadLetters.list());
  broken = false;
  const result = await client.deadLetters.retry([letter?.id ?? '', 'nobody/1']);
  await settled();
  expect(result).toMatchObject({ retried: [letter?.id], unknown: ['nobody/1'], failed: [] });
  expect(handled).toEqual(['one']);
  expect(await Array.fromAsync(client.deadLetters.list())).toEqual([]);
});

test('a handler of dead letters that fails is tried again but makes no dead letter of its own', async () => {
  const { client, clock, settled, outcomes } = bench();
  let letters = 0;
  client.subscribe('dead-letters', () => {
    letters += 1;
    throw new Error('the desk of dead letters is closed');
  });
  client.subscribe('orders', () => {
    throw new Error('always');
  });
  client.publish('orders', 1);
  await settled();
  await clock.advance(60_000);
  expect(letters).toBe(RETRY.maxAttempts);
  expect(await Array.fromAsync(client.deadLetters.list({ pattern: 'dead-letters' }))).toEqual([]);
  expect(await Array.fromAsync(client.deadLetters.list())).toHaveLength(1);
  expect(outcomes.of('deadLettered').filter(({ topic }) => topic === 'orders')).toHaveLength(1);
});

test('a dead letter that finds its lane full is counted and logged, and stays in the store', async () => {
  const { client, rest, logger } = bench({
    lanes: { NORMAL: { capacity: 1, overflow: 'refuse' } },
    retry: { ...RETRY, maxAttempts: 1 },
  });
  const held = new HeldHandler<number>();
  client.subscribe('orders', held.handler);
  client.publish('orders', 1);
  await rest();
  client.pause();
  expect(client.publish('elsewhere', 2)).toBe(true);
  held.fail(1);
  await rest();
  expect((await Array.fromAsync(client.deadLetters.list())).map(({ payload }) => payload)).toEqual([1]);
  expect(logger.lines.filter(({ event }) => event === 'dead-letter.unwritten')).toHaveLength(1);
});

test('a retry holds its key, not a worker', async () => {
  const { client, clock, rest } = bench({ workers: { min: 1, max: 1 } });
  const held = new HeldHandler<string>();
  client.subscribe('orders', held.handler);
  client.publish('orders', 'k1', { orderingKey: 'k' });
  client.publish('orders', 'k2', { orderingKey: 'k' });
  client.publish('orders', 'other', { orderingKey: 'j' });
  await rest();
  held.fail('k1');
  await rest();
  // The only worker is free for another key; the second of the key waits for the retry of the first.
  expect(held.running).toEqual(['other']);
  held.succeed('other');
  await rest();
  expect(held.running).toEqual([]);
  await clock.advance(99);
  expect(held.running).toEqual([]);
  await clock.advance(1);
  expect(held.running).toEqual(['k1']);
  held.succeed('k1');
  await rest();
  expect(held.payloads).toEqual(['k1', 'other', 'k1', 'k2']);
});

test('anything may be thrown: undefined, a string, an object that cannot be shown', async () => {
  const thrown = [
    undefined,
    'text',
    42,
    null,
    {
      toString: () => {
        throw new Error('no text');
      },
    },
    Object.create(null),
  ];
  const { client, clock, settled } = bench({ retry: { ...RETRY, maxAttempts: 1 } });
  client.subscribe('a', (i: number) => {
    throw thrown[i];
  });
  for (const i of thrown.keys()) client.publish('a', i);
  await settled();
  await clock.advance(1_000);
  const letters = await Array.fromAsync(client.deadLetters.list());
  expect(letters.map(({ payload }) => payload)).toEqual(range(0, 5));
  expect(letters.map(({ cause }) => cause.message).slice(1, 3)).toEqual(['text', '42']);
});

test('a retry policy that is out of range is refused with INVALID_OPTIONS', () => {
  expect(codeOfThrown(() => bench({ retry: { ...RETRY, maxAttempts: 0 } }))).toBe('INVALID_OPTIONS');
  expect(codeOfThrown(() => bench({ retry: { ...RETRY, jitter: 2 } }))).toBe('INVALID_OPTIONS');
});
