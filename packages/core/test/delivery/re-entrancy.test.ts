import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { MessageBus } from '../../src/index.ts';
import { HeldHandler, bench, codeOf } from './delivery-fixture.ts';

test('synchronous publish is depth-first: what a handler publishes is handled before publish returns', () => {
  const bus = new MessageBus();
  const trace: string[] = [];
  bus.subscribe('outer', () => {
    trace.push('outer first begins');
    bus.publish('inner', 1);
    trace.push('outer first ends');
  });
  bus.subscribe('outer', () => trace.push('outer second'));
  bus.subscribe('inner', () => trace.push('inner'));
  bus.publish('outer', 1);
  expect(trace).toEqual(['outer first begins', 'inner', 'outer first ends', 'outer second']);
});

test('synchronous publish nests 64 deep and no deeper: then RECURSION_LIMIT', () => {
  const errors: unknown[] = [];
  const bus = new MessageBus({ onHandlerError: ({ error }) => errors.push(error) });
  let depth = 0;
  bus.subscribe('a', () => {
    depth += 1;
    bus.publish('a', 1);
  });
  bus.publish('a', 1);
  expect(depth).toBe(64);
  expect(errors.map(codeOf)).toEqual(['RECURSION_LIMIT']);
  // The bus has recovered: the next chain is as deep as the first.
  bus.publish('a', 1);
  expect(depth).toBe(128);
});

test('a subscription made while a message is delivered misses that message', async () => {
  const bus = new MessageBus();
  const onBus: string[] = [];
  bus.subscribe(
    'a',
    (payload: number) => {
      bus.subscribe('a', (late: number) => onBus.push(`late ${late}`), { id: 'late' }).active satisfies boolean;
      onBus.push(`early ${payload}`);
    },
    { id: 'early' },
  );
  bus.publish('a', 1);
  expect(onBus).toEqual(['early 1']);

  const { client, settled } = bench();
  const onClient: string[] = [];
  const late = (payload: number): void => {
    onClient.push(`late ${payload}`);
  };
  client.subscribe('a', (payload: number) => {
    client.subscribe('a', late);
    onClient.push(`early ${payload}`);
  });
  client.publish('a', 1);
  await settled();
  expect(onClient).toEqual(['early 1']);
  client.publish('a', 2);
  await settled();
  expect(onClient).toEqual(['early 1', 'early 2', 'late 2']);
});

test('a subscription that ended is never called again, not even for the message that is being delivered', async () => {
  const bus = new MessageBus();
  const onBus: string[] = [];
  bus.subscribe('a', () => {
    onBus.push('first');
    second.unsubscribe();
  });
  const second = bus.subscribe('a', () => onBus.push('second'));
  bus.publish('a', 1);
  expect(onBus).toEqual(['first']);

  const { client, settled, outcomes } = bench();
  const onClient: string[] = [];
  client.subscribe('a', () => {
    onClient.push('first');
    other.unsubscribe();
  });
  const other = client.subscribe('a', () => onClient.push('second'));
  client.publish('a', 1);
  await settled();
  expect(onClient).toEqual(['first']);
  expect(outcomes.of('dropped').map(({ reason, subscriptionId }) => [reason, subscriptionId])).toEqual([
    ['unsubscribed', other.id],
  ]);
});

test('what waits for a subscription that ends is dropped as unsubscribed, and what runs may finish', async () => {
  const { client, rest, outcomes } = bench();
  const held = new HeldHandler<number>();
  const subscription = client.subscribe('a', held.handler);
  for (const payload of [1, 2, 3]) client.publish('a', payload);
  await rest();
  subscription.unsubscribe();
  held.succeed(1);
  await rest();
  expect(held.payloads).toEqual([1]);
  expect(outcomes.of('handled').map(({ sequence }) => sequence)).toEqual([1]);
  expect(outcomes.of('dropped').map(({ sequence, reason }) => [sequence, reason])).toEqual([
    [2, 'unsubscribed'],
    [3, 'unsubscribed'],
  ]);
});

test('the signal of a subscription ends it, at once where it is aborted already', async () => {
  const { client, settled } = bench();
  const seen: number[] = [];
  const abort = new AbortController();
  const subscription = client.subscribe('a', (payload: number) => seen.push(payload), { signal: abort.signal });
  const late = client.subscribe('a', (payload: number) => seen.push(-payload), { signal: AbortSignal.abort() });
  expect([subscription.active, late.active]).toEqual([true, false]);
  client.publish('a', 1);
  await settled();
  abort.abort();
  expect(subscription.active).toBe(false);
  client.publish('a', 2);
  await settled();
  expect(seen).toEqual([1]);
});

test('a retry of a subscription that ended is not made', async () => {
  const { client, clock, settled, outcomes } = bench();
  let calls = 0;
  const subscription = client.subscribe('a', () => {
    calls += 1;
    throw new Error('always');
  });
  client.publish('a', 1);
  await settled();
  subscription.unsubscribe();
  await clock.advance(10_000);
  expect(calls).toBe(1);
  expect(outcomes.of('dropped').map(({ reason }) => reason)).toEqual(['unsubscribed']);
  expect(outcomes.count('deadLettered')).toBe(0);
});

test('the client never runs a handler inside publish, at no priority and from no place', async () => {
  const { client, clock, settled } = bench();
  let inside = 0;
  let violations = 0;
  let calls = 0;
  const publish = (topic: string, options?: { readonly priority: Priority }): void => {
    inside += 1;
    client.publish(topic, 1, options);
    inside -= 1;
  };
  client.subscribe('*', (_, { topic }) => {
    calls += 1;
    if (inside > 0) violations += 1;
    if (topic === 'first') for (const priority of [0, 1, 2, 3] as const) publish('second', { priority });
  });
  for (const priority of [0, 1, 2, 3] as const) publish('first', { priority });
  expect(calls).toBe(0);
  await settled();
  expect(calls).toBe(20);
  clock.setTimer(() => publish('first'), 10);
  await clock.advance(10);
  expect(calls).toBe(25);
  expect(violations).toBe(0);
});

test('at once is a microtask: what is published is handled before the event loop goes on', async () => {
  const { client } = bench();
  const seen: number[] = [];
  client.subscribe('a', (payload: number) => seen.push(payload));
  client.publish('a', 1, { priority: Priority.CRITICAL });
  client.publish('a', 2);
  expect(seen).toEqual([]);
  await Promise.resolve();
  await Promise.resolve();
  expect(seen).toEqual([1, 2]);
});

test('a handler that publishes to its own topic for ever does not keep the event loop to itself', async () => {
  const { client, clock, rest } = bench({ sliceMs: 1 });
  let handled = 0;
  let turns = 0;
  client.subscribe('loop', () => {
    handled += 1;
    clock.elapse(0.1);
    if (turns < 5) client.publish('loop', 1);
  });
  const turn = (): void => {
    turns += 1;
    if (turns < 5) clock.nextTurn(turn);
  };
  clock.nextTurn(turn);
  client.publish('loop', 1);
  await rest();
  expect(turns).toBe(5);
  // Five turns of about a millisecond each; without slices this would never have ended.
  expect(handled).toBeGreaterThan(10);
  expect(handled).toBeLessThan(200);
});
