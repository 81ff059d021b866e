import { expect, test } from 'vitest';
import { HeldHandler, bench, recorder } from './delivery-fixture.ts';

test('a message that expired while it waited in its lane is not handled, and counts as expired', async () => {
  const { client, clock, settled, outcomes } = bench();
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  client.pause();
  client.publish('a', 1, { expiresAtMs: clock.now() + 10 });
  client.publish('a', 2, { expiresAtMs: clock.now() + 30 });
  client.publish('a', 3);
  await clock.advance(20);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([2, 3]);
  expect(outcomes.of('expired').map(({ sequence }) => sequence)).toEqual([1]);
});

test('expiry is checked when a parked delivery starts', async () => {
  const { client, clock, rest, outcomes } = bench();
  const held = new HeldHandler<number>();
  const subscription = client.subscribe('a', held.handler);
  client.publish('a', 1);
  client.publish('a', 2, { expiresAtMs: clock.now() + 10 });
  client.publish('a', 3, { expiresAtMs: clock.now() + 1_000 });
  await rest();
  await clock.advance(20);
  held.succeed(1);
  await rest();
  expect(held.running).toEqual([3]);
  expect(outcomes.of('expired').map(({ sequence, subscriptionId }) => [sequence, subscriptionId])).toEqual([
    [2, subscription.id],
  ]);
});

test('a delivery that expires while it waits passes its place on to the next one', async () => {
  const { client, clock, rest } = bench();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler, { concurrency: 1 });
  client.publish('a', 'runs');
  client.publish('b', 'expires', { expiresAtMs: clock.now() + 10 });
  client.publish('c', 'waits');
  await rest();
  await clock.advance(20);
  held.succeed('runs');
  await rest();
  expect(held.running).toEqual(['waits']);
});

test('expiry is checked before each retry: no attempt is made, and no dead letter', async () => {
  const { client, clock, settled, outcomes } = bench();
  let calls = 0;
  client.subscribe('a', () => {
    calls += 1;
    throw new Error('always');
  });
  client.publish('a', 1, { expiresAtMs: clock.now() + 150 });
  await settled();
  await clock.advance(10_000);
  // The first attempt, one retry after 100 ms, and none after 300 ms.
  expect(calls).toBe(2);
  expect(outcomes.count('expired')).toBe(1);
  expect(outcomes.count('deadLettered')).toBe(0);
});

test('a handler that has begun is not disturbed by expiry', async () => {
  const { client, clock, rest, outcomes } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  client.publish('a', 1, { expiresAtMs: clock.now() + 10 });
  await rest();
  await clock.advance(20);
  held.succeed(1);
  await rest();
  expect(outcomes.count('handled')).toBe(1);
  expect(outcomes.count('expired')).toBe(0);
});

test('what was published with its time already over is accepted and expires', async () => {
  const { client, clock, settled, outcomes } = bench();
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  expect(client.publish('a', 1, { expiresAtMs: clock.now() - 1 })).toBe(true);
  await settled();
  expect(seen.payloads).toEqual([]);
  expect(outcomes.count('expired')).toBe(1);
});

test('a plugin may give a message less time to live', async () => {
  const { client, clock, settled, outcomes } = bench({
    plugins: [
      {
        name: 'short-lived',
        route: ({ publishedAtMs }) => ({ expiresAtMs: publishedAtMs + 5, reason: 'stale after 5 ms' }),
      },
    ],
  });
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  client.pause();
  client.publish('a', 1);
  await clock.advance(10);
  client.publish('a', 2);
  client.resume();
  await settled();
  expect(seen.payloads).toEqual([2]);
  expect(seen.metas[0]?.expiresAtMs).toBe(clock.now() + 5);
  expect(outcomes.count('expired')).toBe(1);
});

test('a batch and an iterator get nothing that has expired', async () => {
  const { client, clock, settled, rest } = bench();
  const batches: number[][] = [];
  client.subscribeBatch('a', (messages) => batches.push(messages.map(({ payload }) => payload as number)), {
    maxSize: 10,
    maxDelayMs: 50,
  });
  client.publish('a', 1, { expiresAtMs: clock.now() + 10 });
  client.publish('a', 2);
  await rest();
  await clock.advance(50);
  await settled();
  expect(batches).toEqual([[2]]);

  const pulled: number[] = [];
  const messages = client.messages<string, number>('b');
  const reading = (async () => {
    for await (const { payload } of messages) pulled.push(payload);
  })();
  await rest();
  client.publish('b', 1);
  await rest();
  expect(pulled).toEqual([1]);
  client.pause();
  client.publish('b', 2, { expiresAtMs: clock.now() + 10 });
  client.publish('b', 3);
  await clock.advance(20);
  client.resume();
  await rest();
  expect(pulled).toEqual([1, 3]);
  await messages.return?.();
  await reading;
});
