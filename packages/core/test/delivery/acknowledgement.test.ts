import type { TransportCapabilities } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import type { BufferedMessageBusClientOptions } from '../../src/index.ts';
import { HeldHandler, RETRY, bench, byNumber, range, recorder, watched } from './delivery-fixture.ts';
import { ScriptedTransport } from './scripted-transport.ts';

/** A client that gets its messages from a transport on which every acknowledgement is seen. */
function consuming(options: BufferedMessageBusClientOptions = {}, capabilities: Partial<TransportCapabilities> = {}) {
  const transport = new ScriptedTransport(capabilities);
  const b = bench({ paths: { main: transport }, ...options });
  return {
    ...b,
    transport,
    /** Waits until the subscriptions are in force. */
    ready: async (): Promise<void> => {
      const ready = b.client.ready();
      await b.rest();
      await ready;
    },
    /** Brings messages and lets them be handled as far as that needs no time. */
    bring: async (...messages: Parameters<ScriptedTransport['bring']>[0]): Promise<void> => {
      void transport.bring(messages);
      await b.rest();
    },
  };
}

test('a transport message is acknowledged when all its deliveries are handled, and not before', async () => {
  const { client, transport, ready, bring, rest } = consuming();
  const first = new HeldHandler<number>();
  const second = new HeldHandler<number>();
  client.subscribe('a', first.handler);
  client.subscribe('*', second.handler);
  client.subscribe('*a', () => undefined);
  await ready();
  await bring({ payload: 1 });
  expect(transport.settlements).toEqual([]);
  first.succeed(1);
  await rest();
  expect(transport.settlements).toEqual([]);
  second.succeed(1);
  await rest();
  expect(transport.settlements).toEqual([{ sequence: 1, failure: undefined }]);
});

test('only the failed delivery of a transport message is tried again, and the message is acknowledged after it', async () => {
  const { client, clock, transport, ready, bring } = consuming();
  const good = recorder<number>();
  const counts: number[] = [];
  client.subscribe('a', good.handler);
  client.subscribe('a', (_, { deliveryCount }) => {
    counts.push(deliveryCount);
    if (counts.length < 3) throw new Error('not yet');
  });
  await ready();
  await bring({ payload: 1 });
  await clock.advance(299);
  expect(transport.settlements).toEqual([]);
  await clock.advance(1);
  expect(counts).toEqual([1, 2, 3]);
  expect(good.payloads).toEqual([1]);
  expect(transport.acknowledged).toEqual([1]);
});

test('a message that was delivered before has its count carried on', async () => {
  const { client, ready, bring } = consuming();
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  await ready();
  await bring({ payload: 1, deliveryCount: 4 });
  expect(seen.metas[0]?.deliveryCount).toBe(4);
});

test('after the last attempt the transport is asked to dead-letter the message, with the error, the subscription and the attempts', async () => {
  const { client, clock, transport, ready, bring } = consuming({}, { deadLetters: true });
  const error = new Error('always');
  const failing = client.subscribe('a', () => {
    throw error;
  });
  client.subscribe('a', () => undefined);
  await ready();
  await bring({ payload: 1 });
  await clock.advance(10_000);
  expect(transport.settlements).toEqual([
    { sequence: 1, failure: { error, next: 'deadLetter', subscriptionId: failing.id, attempts: RETRY.maxAttempts } },
  ]);
});

test('without dead letters of the transport the client writes its own, and acknowledges the message then', async () => {
  const { client, clock, transport, ready, bring } = consuming({}, { deadLetters: false });
  client.subscribe('a', () => {
    throw new Error('always');
  });
  await ready();
  await bring({ payload: 1 });
  await clock.advance(10_000);
  expect((await Array.fromAsync(client.deadLetters.list())).map(({ payload }) => payload)).toEqual([1]);
  expect(transport.acknowledged).toEqual([1]);
  expect(transport.failures).toEqual([]);
});

test('when the dead letter cannot be written the message is not acknowledged: the transport is asked to bring it again', async () => {
  const { client, clock, transport, ready, bring } = consuming(
    { lanes: { NORMAL: { capacity: 1, overflow: 'refuse' } }, retry: { ...RETRY, maxAttempts: 1 } },
    { deadLetters: false },
  );
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  await ready();
  await bring({ payload: 1 });
  // A message that waits to be sent fills the lane that the dead letter would have to take.
  client.pause();
  expect(client.publish('elsewhere', 1)).toBe(true);
  expect(client.publish('elsewhere', 2)).toBe(false);
  held.fail(1);
  await clock.advance(1_000);
  expect(transport.acknowledged).toEqual([]);
  expect(transport.failures.map(({ sequence, failure }) => [sequence, failure?.next])).toEqual([[1, 'redeliver']]);
});

test('an expired message is acknowledged', async () => {
  const { client, clock, transport, ready, bring, rest } = consuming();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  await ready();
  await bring({ payload: 1 }, { payload: 2, expiresAtMs: clock.now() + 10 });
  await clock.advance(20);
  expect(transport.acknowledged).toEqual([]);
  held.succeed(1);
  await rest();
  expect(held.payloads).toEqual([1]);
  expect(transport.acknowledged.toSorted(byNumber)).toEqual([1, 2]);
});

test('a superseded message is acknowledged together with the one that took its place', async () => {
  const { client, transport, ready, bring, rest } = consuming();
  const held = new HeldHandler<string>();
  client.subscribe('a', held.handler, { conflateBy: 'topic' });
  await ready();
  await bring({ payload: 'running' }, { payload: 'old' }, { payload: 'new' });
  expect(transport.acknowledged).toEqual([]);
  held.succeed('running');
  await rest();
  expect(held.running).toEqual(['new']);
  expect(transport.acknowledged).toEqual([1]);
  held.succeed('new');
  await rest();
  expect(transport.acknowledged.toSorted(byNumber)).toEqual([1, 2, 3]);
});

test('a superseded message shares the failure of the one that took its place', async () => {
  const { client, transport, ready, bring, rest } = consuming({ retry: { ...RETRY, maxAttempts: 1 } });
  const held = new HeldHandler<string>();
  client.subscribe('a', held.handler, { conflateBy: 'topic' });
  await ready();
  await bring({ payload: 'running' }, { payload: 'old' }, { payload: 'new' });
  held.succeed('running');
  await rest();
  held.fail('new');
  await rest();
  expect(transport.acknowledged).toEqual([1]);
  // The newest is what has to be looked at; what it replaced is stale and settled with it, one way or the other.
  expect(transport.failures.map(({ sequence }) => sequence)).toContain(3);
  expect(transport.settlements.map(({ sequence }) => sequence).toSorted(byNumber)).toEqual([1, 2, 3]);
});

test('a message that nobody is subscribed to any more is acknowledged at once', async () => {
  const { client, transport, ready, bring } = consuming();
  client.subscribe('a', () => undefined);
  const other = client.subscribe('b', () => undefined);
  await ready();
  other.unsubscribe();
  await bring({ topic: 'b', payload: 1 });
  expect(transport.acknowledged).toEqual([1]);
});

test('each message is settled exactly once, whatever its deliveries do', async () => {
  const { client, clock, transport, ready, rest } = consuming({ workers: { min: 3, max: 3 } });
  client.subscribe('*', async (payload: number) => {
    for (let i = 0; i < payload % 3; i += 1) await Promise.resolve();
    if (payload % 5 === 0) throw new Error('every fifth');
  });
  client.subscribe('*', (payload: number, { deliveryCount }) => {
    if (payload % 7 === 0 && deliveryCount < 3) throw new Error('every seventh, twice');
  });
  client.subscribe('t1', () => undefined, { conflateBy: 'topic', concurrency: 1 });
  await ready();
  for (const n of range(1, 300)) void transport.bring([{ payload: n, topic: `t${n % 4}`, orderingKey: `k${n % 11}` }]);
  await rest();
  await clock.advance(60_000);
  expect(transport.settlements.map(({ sequence }) => sequence).toSorted(byNumber)).toEqual(range(1, 300));
  expect(transport.failures.map(({ sequence }) => sequence).toSorted(byNumber)).toEqual(
    range(1, 300).filter((n) => n % 5 === 0),
  );
});

test('a batch is taken when all its messages have room: the inbound lane holds the transport back, and loses nothing', async () => {
  const { client, transport, ready, rest } = consuming({ lanes: { NORMAL: { capacity: 4 } } });
  const held = new HeldHandler<number>();
  client.subscribe('*', held.handler, { concurrency: 1 });
  await ready();
  let taken = 0;
  for (const first of [1, 4, 7])
    void transport
      .bring(range(first, first + 2).map((payload) => ({ payload, topic: `t${payload}` })))
      .then(() => (taken += 1));
  await rest();
  expect(taken).toBeLessThan(3);
  for (let i = 0; i < 9; i += 1) {
    held.succeedAll();
    await rest();
  }
  expect(taken).toBe(3);
  expect(held.payloads.toSorted(byNumber)).toEqual(range(1, 9));
  expect(transport.acknowledged.toSorted(byNumber)).toEqual(range(1, 9));
});

test('an inbound lane whose policy is to drop takes every batch, and acknowledges what it drops', async () => {
  const { client, transport, ready, bring, rest, outcomes } = consuming({
    lanes: { NORMAL: { capacity: 2, overflow: 'dropOldest' } },
  });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  await ready();
  await bring(...range(1, 6).map((payload) => ({ payload })));
  const dropped = outcomes.of('dropped').map(({ sequence }) => sequence);
  expect(dropped.length).toBeGreaterThan(0);
  expect(transport.acknowledged.toSorted(byNumber)).toEqual(dropped.toSorted(byNumber));
  for (let i = 0; i < 6; i += 1) {
    held.succeedAll();
    await rest();
  }
  expect(held.payloads.at(-1)).toBe(6);
  expect(transport.acknowledged.toSorted(byNumber)).toEqual(range(1, 6));
});

test('an inbound backlog refuses no publish: what comes in and what goes out wait in lanes of their own', async () => {
  const { client, transport, ready, bring } = consuming({ lanes: { NORMAL: { capacity: 2 } } });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  await ready();
  await bring(...range(1, 10).map((payload) => ({ payload })));
  expect(client.publish('out', 1)).toBe(true);
  await ready();
  expect(transport.batches.flatMap(({ messages }) => messages.map(({ payload }) => payload))).toEqual([1]);
});

test('messages that went to another consumer do not start any more, and are not settled by this client', async () => {
  const { client, clock, transport, ready, rest } = consuming();
  const held = new HeldHandler<string>();
  client.subscribe('*', held.handler);
  await ready();
  const abort = new AbortController();
  void transport.bring(
    [{ payload: 'runs' }, { payload: 'parked' }, { payload: 'is retried', topic: 'b' }],
    abort.signal,
  );
  await rest();
  held.fail('is retried');
  await rest();
  client.pause();
  void transport.bring([{ payload: 'in its lane', topic: 'c' }], abort.signal);
  await rest();
  abort.abort();
  client.resume();
  held.succeed('runs');
  await rest();
  await clock.advance(1_000);
  expect(held.payloads).toEqual(['runs', 'is retried']);
  expect(transport.failures).toEqual([]);
});

test('messages that went to another consumer are neither batched nor pulled any more', async () => {
  const { client, clock, transport, ready, rest } = consuming();
  const batches: unknown[] = [];
  client.subscribeBatch('a', (messages) => batches.push(messages.map(({ payload }) => payload)), {
    maxSize: 10,
    maxDelayMs: 50,
  });
  const messages = client.messages<string, number>('a');
  await ready();
  const abort = new AbortController();
  void transport.bring([{ payload: 1 }, { payload: 2 }], abort.signal);
  void transport.bring([{ payload: 3 }]);
  await rest();
  abort.abort();
  const pulling = watched(messages.next());
  await clock.advance(50);
  expect(batches).toEqual([[3]]);
  expect(pulling.isFulfilled).toBe(true);
  const { value } = await pulling.promise;
  expect(value?.payload).toBe(3);
});
