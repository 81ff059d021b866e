import type { Message } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { RETRY, bench, byNumber, codeOfThrown, range, watched } from './delivery-fixture.ts';

/** Pulls one message, or says that none is there. */
async function pull<P>(
  messages: AsyncIterator<Message<P>>,
  rest: () => Promise<void>,
): Promise<P | 'nothing' | 'done'> {
  const pulling = watched(messages.next());
  await rest();
  if (!pulling.isFulfilled) return 'nothing';
  const result = await pulling.promise;
  return result.done === true ? 'done' : result.value.payload;
}

test('messages(): a message is handled when the next one is pulled', async () => {
  const { client, rest, outcomes } = bench();
  const messages = client.messages<string, number>('a');
  for (const n of [1, 2, 3]) client.publish('a', n);
  await rest();
  expect(outcomes.count('handled')).toBe(0);
  expect(await pull(messages, rest)).toBe(1);
  expect(outcomes.count('handled')).toBe(0);
  expect(await pull(messages, rest)).toBe(2);
  expect(outcomes.of('handled').map(({ sequence }) => sequence)).toEqual([1]);
  expect(await pull(messages, rest)).toBe(3);
  expect(await pull(messages, rest)).toBe('nothing');
  expect(outcomes.of('handled').map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('messages(): leaving the loop ends the subscription, and gives up what was not pulled', async () => {
  const { client, rest, settled, outcomes } = bench();
  const pulled: number[] = [];
  const reading = (async () => {
    for await (const { payload } of client.messages<string, number>('a')) {
      pulled.push(payload);
      if (payload === 2) break;
    }
  })();
  await rest();
  for (const n of [1, 2, 3]) client.publish('a', n);
  await rest();
  await reading;
  client.publish('a', 4);
  await settled();
  expect(pulled).toEqual([1, 2]);
  expect(outcomes.of('handled').map(({ sequence }) => sequence)).toEqual([1]);
  // Nobody can tell whether the one that the loop was left with was dealt with: it does not count as handled.
  const dropped = outcomes.of('dropped');
  expect(dropped.map(({ sequence }) => sequence).toSorted(byNumber)).toEqual([2, 3]);
  expect(dropped.every(({ reason }) => reason === 'unsubscribed')).toBe(true);
  expect(outcomes.of('unrouted').map(({ sequence }) => sequence)).toEqual([4]);
});

test('messages(): the signal ends the iteration without an error', async () => {
  const { client, rest } = bench();
  const abort = new AbortController();
  const messages = client.messages<string, number>('a', { signal: abort.signal });
  client.publish('a', 1);
  expect(await pull(messages, rest)).toBe(1);
  const waiting = messages.next();
  abort.abort();
  await rest();
  expect((await waiting).done).toBe(true);
  expect((await messages.next()).done).toBe(true);
});

test('messages(): what does not fit into the buffer waits in its lane, and counts against its capacity', async () => {
  const { client, rest } = bench({ lanes: { NORMAL: { capacity: 3 } } });
  const messages = client.messages<string, number>('a', { maxBuffered: 2 });
  const accepted: boolean[] = [];
  for (const n of range(1, 7)) {
    accepted.push(client.publish('a', n));
    await rest();
  }
  expect(accepted).toEqual([true, true, true, true, true, false, false]);
  for (const n of range(1, 5)) expect(await pull(messages, rest)).toBe(n);
  expect(await pull(messages, rest)).toBe('nothing');
});

test('messages(): a consumer that does not pull holds neither a worker nor other subscriptions', async () => {
  const { client, rest } = bench({ workers: { min: 1, max: 1 } });
  const others: number[] = [];
  const messages = client.messages<string, number>('a', { maxBuffered: 1 });
  client.subscribe('a', async (payload: number) => {
    await Promise.resolve();
    others.push(payload);
  });
  for (const n of range(1, 5)) client.publish('a', n);
  await rest();
  expect(others).toEqual(range(1, 5));
  for (const n of range(1, 5)) expect(await pull(messages, rest)).toBe(n);
});

test('subscribeBatch: a batch is handed over when it is full, without waiting for its delay', async () => {
  const { client, rest } = bench();
  const batches: number[][] = [];
  client.subscribeBatch('a', (messages) => batches.push(messages.map(({ payload }) => payload as number)), {
    maxSize: 3,
    maxDelayMs: 1_000,
  });
  for (const n of range(1, 7)) client.publish('a', n);
  await rest();
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('subscribeBatch: the first message of a batch waits no longer than maxDelayMs', async () => {
  const { client, clock, rest } = bench();
  const batches: number[][] = [];
  client.subscribeBatch('a', (messages) => batches.push(messages.map(({ payload }) => payload as number)), {
    maxSize: 100,
    maxDelayMs: 50,
  });
  client.publish('a', 1);
  await clock.advance(40);
  client.publish('a', 2);
  await clock.advance(9);
  expect(batches).toEqual([]);
  await clock.advance(1);
  expect(batches).toEqual([[1, 2]]);
  client.publish('a', 3);
  await clock.advance(50);
  await rest();
  expect(batches).toEqual([[1, 2], [3]]);
});

test('subscribeBatch: a delay of 0 gathers until the end of the turn', async () => {
  const { client, rest } = bench();
  const batches: number[][] = [];
  client.subscribeBatch('a', (messages) => batches.push(messages.map(({ payload }) => payload as number)), {
    maxSize: 100,
    maxDelayMs: 0,
  });
  for (const n of range(1, 10)) client.publish('a', n);
  await rest();
  expect(batches).toEqual([range(1, 10)]);
});

test('subscribeBatch: one batch at a time, in publish order per key and priority', async () => {
  const { client, clock, rest } = bench();
  let running = 0;
  let peak = 0;
  const seen: Record<string, number[]> = {};
  client.subscribeBatch(
    '*',
    async (messages) => {
      running += 1;
      peak = Math.max(peak, running);
      for (let i = 0; i < messages.length % 4; i += 1) await Promise.resolve();
      for (const { payload, meta } of messages)
        (seen[`${meta.orderingKey}/${meta.priority}`] ??= []).push(payload as number);
      running -= 1;
    },
    { maxSize: 7, maxDelayMs: 5 },
  );
  for (const n of range(1, 300))
    client.publish(`t${n % 3}`, n, { orderingKey: `k${n % 5}`, priority: n % 2 === 0 ? 1 : 3 });
  await rest();
  await clock.advance(100);
  expect(peak).toBe(1);
  expect(Object.values(seen).flat()).toHaveLength(300);
  for (const payloads of Object.values(seen)) expect(payloads).toEqual(payloads.toSorted(byNumber));
});

test('subscribeBatch: when the handler fails, each message of the batch has failed, and the batch is tried again before later messages', async () => {
  const { client, clock, rest, outcomes } = bench();
  const batches: string[] = [];
  client.subscribeBatch(
    'a',
    (messages) => {
      batches.push(messages.map(({ payload, meta }) => `${String(payload)}.${meta.deliveryCount}`).join(' '));
      if (batches.length === 1) throw new Error('once');
    },
    { maxSize: 2, maxDelayMs: 0 },
  );
  for (const n of range(1, 4)) client.publish('a', n);
  await rest();
  expect(batches).toEqual(['1.1 2.1']);
  expect(outcomes.of('failed').map(({ sequence }) => sequence)).toEqual([1, 2]);
  await clock.advance(100);
  expect(batches).toEqual(['1.1 2.1', '1.2 2.2', '3.1 4.1']);
  expect(outcomes.count('handled')).toBe(4);
});

test('subscribeBatch: after the last attempt each message of the batch is a dead letter', async () => {
  const { client, clock, rest, outcomes } = bench({ retry: { ...RETRY, maxAttempts: 2 } });
  client.subscribeBatch('a', () => Promise.reject(new Error('always')), { maxSize: 3, maxDelayMs: 0 });
  for (const n of range(1, 3)) client.publish('a', n);
  await rest();
  await clock.advance(10_000);
  expect(outcomes.of('deadLettered').map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect((await Array.fromAsync(client.deadLetters.list())).map(({ payload }) => payload)).toEqual([1, 2, 3]);
});

test('subscribeBatch: flush hands over what has gathered, and what still waits in its lane, in batches and not one by one', async () => {
  const { client, rest } = bench();
  const sizes: number[] = [];
  client.subscribeBatch('a', (batch) => void sizes.push(batch.length), { maxSize: 100, maxDelayMs: 60_000 });
  client.publish('a', 0);
  await rest();
  for (const n of range(1, 250)) client.publish('a', n);
  const flushed = watched(client.flush());
  await rest();
  expect(flushed.isFulfilled).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(251);
  expect(sizes.length).toBeLessThanOrEqual(4);
});

test('subscribeBatch: close hands over what has gathered', async () => {
  const { client, clock } = bench();
  const batches: number[][] = [];
  client.subscribeBatch('a', (messages) => batches.push(messages.map(({ payload }) => payload as number)), {
    maxSize: 10,
    maxDelayMs: 60_000,
  });
  for (const n of [1, 2]) client.publish('a', n);
  await clock.settle();
  const closing = client.close();
  await clock.settle();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(batches).toEqual([[1, 2]]);
});

test('sizes and delays out of their ranges are refused with INVALID_OPTIONS', () => {
  const { client } = bench();
  for (const options of [
    { maxSize: 0, maxDelayMs: 1 },
    { maxSize: 10_001, maxDelayMs: 1 },
    { maxSize: 1, maxDelayMs: -1 },
  ]) {
    expect(
      codeOfThrown(() => client.subscribeBatch('a', () => undefined, options)),
      JSON.stringify(options),
    ).toBe('INVALID_OPTIONS');
  }
  expect(codeOfThrown(() => client.messages('a', { maxBuffered: 0 }))).toBe('INVALID_OPTIONS');
  expect(codeOfThrown(() => client.subscribe('a', () => undefined, { concurrency: 51 }))).toBe('INVALID_OPTIONS');
  expect(codeOfThrown(() => client.subscribe('a', () => undefined, { handlerTimeoutMs: 0 }))).toBe('INVALID_OPTIONS');
});
