import { expect, test } from 'vitest';
import { HeldHandler, RETRY, bench, byNumber, codeOf, range } from './delivery-fixture.ts';

test('a handler that overruns handlerTimeoutMs fails with HANDLER_TIMEOUT, its signal is aborted, and its worker is free', async () => {
  const { client, clock, rest, outcomes } = bench({ workers: { min: 1, max: 1 }, retry: { ...RETRY, maxAttempts: 1 } });
  const held = new HeldHandler<number>();
  const signals: (AbortSignal | undefined)[] = [];
  client.subscribe(
    'a',
    (payload: number, meta) => {
      signals.push(meta.signal);
      return held.handler(payload, meta);
    },
    { handlerTimeoutMs: 50 },
  );
  client.publish('a', 1, { orderingKey: 'j' });
  client.publish('a', 2, { orderingKey: 'k' });
  await rest();
  await clock.advance(49);
  expect(held.running).toEqual([1]);
  expect(signals[0]?.aborted).toBe(false);
  await clock.advance(1);
  expect(signals[0]?.aborted).toBe(true);
  expect(codeOf(signals[0]?.reason)).toBe('HANDLER_TIMEOUT');
  expect(held.payloads).toEqual([1, 2]);
  expect(outcomes.of('failed').map(({ sequence, error }) => [sequence, codeOf(error)])).toEqual([
    [1, 'HANDLER_TIMEOUT'],
  ]);
  expect((await Array.fromAsync(client.deadLetters.list())).map(({ cause }) => cause.code)).toEqual([
    'HANDLER_TIMEOUT',
  ]);
});

test('what a handler does after its time is over concerns nobody: neither its success nor its failure counts', async () => {
  const { client, clock, rest, outcomes } = bench({ workers: { min: 2, max: 2 }, retry: { ...RETRY, maxAttempts: 1 } });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler, { handlerTimeoutMs: 50 });
  for (const n of [1, 2]) client.publish('a', n, { orderingKey: `k${n}` });
  await rest();
  await clock.advance(50);
  // Two others run now, where those two ran before.
  for (const n of [3, 4, 5]) client.publish('a', n, { orderingKey: `k${n}` });
  await rest();
  held.succeed(1);
  held.fail(2);
  await rest();
  expect(held.running).toEqual([3, 4]);
  held.succeed(3);
  await rest();
  expect(held.running).toEqual([4, 5]);
  expect(outcomes.count('handled')).toBe(1);
  expect(outcomes.of('failed').map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(outcomes.count('deadLettered')).toBe(2);
});

test('a delivery that timed out is tried again as the policy says, with a signal of its own', async () => {
  const { client, clock, rest } = bench();
  const signals: (AbortSignal | undefined)[] = [];
  client.subscribe(
    'a',
    (_, { signal, deliveryCount }) => {
      signals.push(signal);
      return deliveryCount < 3 ? new Promise(() => undefined) : undefined;
    },
    { handlerTimeoutMs: 50 },
  );
  client.publish('a', 1);
  await rest();
  await clock.advance(10_000);
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, false]);
});

test('a handler that never returns holds its worker and its key, and nothing else', async () => {
  const { client, clock, rest } = bench({ workers: { min: 2, max: 2 } });
  const handled: number[] = [];
  client.subscribe('*', (payload: number, { topic }) => {
    if (topic === 'stuck') return new Promise(() => undefined);
    handled.push(payload);
    return Promise.resolve();
  });
  client.publish('stuck', 0);
  client.publish('stuck', 0);
  for (const n of range(1, 100)) client.publish(`t${n % 7}`, n);
  await rest();
  expect(handled.toSorted(byNumber)).toEqual(range(1, 100));
  const closing = client.close({ deadlineMs: 100 });
  await clock.advance(100);
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 2 });
});

test('a handler that answers in time is not disturbed', async () => {
  const { client, clock, rest, outcomes } = bench();
  const held = new HeldHandler<number>();
  let signal: AbortSignal | undefined;
  client.subscribe(
    'a',
    (payload: number, meta) => {
      ({ signal } = meta);
      return held.handler(payload, meta);
    },
    { handlerTimeoutMs: 50 },
  );
  client.publish('a', 1);
  await rest();
  await clock.advance(30);
  held.succeed(1);
  await rest();
  await clock.advance(1_000);
  expect(signal?.aborted).toBe(false);
  expect(outcomes.all.map(({ kind }) => kind)).toEqual(['handled']);
});
