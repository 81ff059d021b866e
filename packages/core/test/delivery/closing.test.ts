import { expect, test } from 'vitest';
import {
  HeldHandler,
  bench,
  codeOf,
  codeOfRejection,
  codeOfThrown,
  range,
  recorder,
  watched,
} from './delivery-fixture.ts';
import { ScriptedTransport } from './scripted-transport.ts';

test('after close publish throws CLOSED, and so do publishWhenReady, subscribe and a topic handle', async () => {
  const { client, clock } = bench();
  const handle = client.topic('a');
  const closing = client.close();
  expect(codeOfThrown(() => client.publish('a', 1))).toBe('CLOSED');
  expect(codeOfThrown(() => handle.publish(1))).toBe('CLOSED');
  expect(codeOfThrown(() => client.subscribe('a', () => undefined))).toBe('CLOSED');
  expect(await codeOfRejection(client.publishWhenReady('a', 1))).toBe('CLOSED');
  await clock.settle();
  await closing;
  expect(codeOfThrown(() => client.publish('a', 1))).toBe('CLOSED');
});

test('close drains what was accepted, in the order of the lanes, and reports that nothing was left', async () => {
  const { client, clock } = bench();
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  for (const n of range(1, 1_000)) client.publish('a', n);
  const closing = client.close();
  await clock.settle();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(seen.payloads).toEqual(range(1, 1_000));
});

test('close waits for handlers that run, and for those that their keys hold back', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  for (const n of [1, 2]) client.publish('a', n);
  await rest();
  const closing = watched(client.close());
  await rest();
  expect(closing.isFulfilled).toBe(false);
  held.succeed(1);
  await rest();
  expect(closing.isFulfilled).toBe(false);
  held.succeed(2);
  await rest();
  expect(closing.isFulfilled).toBe(true);
  expect(await closing.promise).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
});

test('close drains a paused client too, and one that holds messages back for its flush interval', async () => {
  const { client, clock } = bench({ flushIntervalMs: 1_000 });
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  client.pause();
  client.publish('a', 1);
  const closing = client.close();
  await clock.settle();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(seen.payloads).toEqual([1]);
});

test('close waits for whoever iterates: what waits is pulled, and then the loop ends', async () => {
  const { client, clock } = bench();
  const pulled: number[] = [];
  const reading = (async () => {
    for await (const { payload } of client.messages<string, number>('a')) {
      pulled.push(payload);
      await new Promise<void>((resolve) => clock.setTimer(resolve, 10));
    }
    return 'the loop has ended';
  })();
  await clock.settle();
  for (const n of range(1, 5)) client.publish('a', n);
  await clock.advance(15);
  expect(pulled).toEqual([1, 2]);
  const closing = client.close();
  await clock.advance(1_000);
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(pulled).toEqual(range(1, 5));
  expect(await reading).toBe('the loop has ended');
});

test('a retry that waits when close is called runs once, without its backoff', async () => {
  const { client, clock, settled } = bench();
  const counts: number[] = [];
  client.subscribe('a', (_, { deliveryCount }) => {
    counts.push(deliveryCount);
    if (deliveryCount < 2) throw new Error('not yet');
  });
  client.publish('a', 1);
  await settled();
  const atMs = clock.now();
  const closing = client.close();
  await clock.settle();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(counts).toEqual([1, 2]);
  expect(clock.now()).toBe(atMs);
});

test('a retry that fails again while the client closes is not tried a third time: it is a dead letter, and no leftover', async () => {
  const { client, clock, settled, outcomes } = bench({
    retry: { maxAttempts: 10, initialDelayMs: 100, multiplier: 1, maxDelayMs: 100, jitter: 0 },
  });
  let calls = 0;
  client.subscribe('a', () => {
    calls += 1;
    throw new Error('always');
  });
  client.publish('a', 1);
  await settled();
  const closing = client.close();
  await clock.settle();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(calls).toBe(2);
  expect(outcomes.count('deadLettered')).toBe(1);
});

test('an attempt that fails for the first time while the client closes is made once more, at once', async () => {
  const { client, clock, outcomes } = bench();
  const counts: string[] = [];
  client.subscribe('*', (payload: string, { deliveryCount }) => {
    counts.push(`${payload} ${deliveryCount}`);
    if (payload === 'hopeless' || deliveryCount === 1) throw new Error('not yet');
  });
  client.publish('a', 'hopeful');
  client.publish('b', 'hopeless');
  const atMs = clock.now();
  const closing = client.close();
  await clock.advance(0);
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(clock.now()).toBe(atMs);
  expect(counts.filter((call) => call.startsWith('hope'))).toEqual([
    'hopeful 1',
    'hopeless 1',
    'hopeful 2',
    'hopeless 2',
  ]);
  expect(outcomes.of('deadLettered').map(({ topic }) => topic)).toEqual(['b']);
});

test('at the deadline what is left is reported: messages in lanes by priority, and deliveries that run or are parked', async () => {
  const { client, clock, rest, outcomes } = bench({ workers: { min: 2, max: 2 } });
  const held = new HeldHandler<number>();
  client.subscribe('*', held.handler);
  client.publish('busy', 1);
  client.publish('other', 2);
  await rest();
  for (const n of range(3, 5)) client.publish('elsewhere', n);
  for (const n of range(6, 9)) client.publish('urgent', n, { priority: 0 });
  const closing = watched(client.close({ deadlineMs: 200 }));
  await clock.advance(199);
  expect(closing.isFulfilled).toBe(false);
  await clock.advance(1);
  expect(closing.isFulfilled).toBe(true);
  const report = await closing.promise;
  const queued = report.queued.reduce((sum, count) => sum + count, 0);
  expect(queued + report.unsettled).toBe(9);
  expect(report.unsettled).toBeGreaterThanOrEqual(2);
  expect(outcomes.count('handled')).toBe(0);
  // What is given up is never handled later.
  held.succeedAll();
  await clock.advance(10_000);
  expect(held.payloads).toEqual([1, 2]);
});

test('the default deadline is five seconds, and disposing a client is closing it', async () => {
  const { client, clock, rest } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  client.publish('a', 1);
  await rest();
  const disposing = watched(client[Symbol.asyncDispose]());
  await clock.advance(4_999);
  expect(disposing.isFulfilled).toBe(false);
  await clock.advance(1);
  expect(disposing.isFulfilled).toBe(true);
  await disposing.promise;
  expect(await client.close()).toEqual({ queued: [0, 0, 0, 0], unsettled: 1 });
});

test('calling close again returns the same promise', async () => {
  const { client, clock } = bench();
  const first = client.close();
  expect(client.close({ deadlineMs: 1 })).toBe(first);
  await clock.settle();
  await first;
});

test('an aborted signal gives up draining at once', async () => {
  const { client, rest } = bench();
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  for (const n of [1, 2, 3]) client.publish('a', n);
  await rest();
  const abort = new AbortController();
  const closing = client.close({ deadlineMs: 60_000, signal: abort.signal });
  await rest();
  abort.abort();
  await rest();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 3 });
});

test('handlers that still run at the deadline are told by the signal in their meta', async () => {
  const { client, clock, rest } = bench();
  let signal: AbortSignal | undefined;
  client.subscribe('a', (_, meta) => {
    signal = meta.signal;
    return new Promise(() => undefined);
  });
  client.publish('a', 1);
  await rest();
  expect(signal?.aborted).toBe(false);
  const closing = client.close({ deadlineMs: 10 });
  await clock.advance(10);
  await closing;
  expect(signal?.aborted).toBe(true);
});

test('who waits for room when the client closes is turned away with CLOSED', async () => {
  const { client, clock } = bench({ lanes: { NORMAL: { capacity: 1 } } });
  const seen = recorder<number>();
  client.subscribe('a', seen.handler);
  client.pause();
  client.publish('a', 1);
  const waiting = codeOfRejection(client.publishWhenReady('a', 2));
  const closing = client.close();
  await clock.settle();
  expect(await waiting).toBe('CLOSED');
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(seen.payloads).toEqual([1]);
});

test('a handler may close its own client: the rest is drained', async () => {
  const { client, clock } = bench();
  const seen: number[] = [];
  let closing: Promise<unknown> | undefined;
  client.subscribe('a', (payload: number) => {
    seen.push(payload);
    if (payload === 2) closing = client.close();
  });
  for (const n of range(1, 5)) client.publish('a', n);
  await clock.settle();
  expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('close during load: every accepted message is handled or in the report, and every other publish threw CLOSED', async () => {
  const { client, clock, rest } = bench({ workers: { min: 5, max: 5 } });
  let handled = 0;
  client.subscribe('*', () => {
    handled += 1;
    clock.elapse(0.01);
    return handled % 3 === 0 ? Promise.resolve() : undefined;
  });
  let accepted = 0;
  const refusals: (string | undefined)[] = [];
  const publishSome = (): void => {
    for (let i = 0; i < 500; i += 1) {
      try {
        if (client.publish(`t${i % 17}`, i)) accepted += 1;
      } catch (error) {
        refusals.push(codeOf(error));
      }
    }
  };
  for (let round = 0; round < 20; round += 1) clock.setTimer(publishSome, round * 5);
  await clock.advance(50);
  const closing = client.close({ deadlineMs: 20 });
  await clock.advance(100);
  await rest();
  const report = await closing;
  expect(accepted + refusals.length).toBe(10_000);
  expect(new Set(refusals)).toEqual(new Set(['CLOSED']));
  expect(handled + report.queued.reduce((sum, count) => sum + count, 0) + report.unsettled).toBe(accepted);
});

test('leftovers of a transport are not acknowledged when the client closes', async () => {
  const transport = new ScriptedTransport();
  const { client, clock, rest } = bench({ paths: { main: transport } });
  const held = new HeldHandler<number>();
  client.subscribe('a', held.handler);
  const ready = client.ready();
  await rest();
  await ready;
  void transport.bring([{ payload: 1 }, { payload: 2 }, { payload: 3 }]);
  await rest();
  held.succeed(1);
  await rest();
  const closing = client.close({ deadlineMs: 10 });
  await clock.advance(10);
  await rest();
  // The second runs, the third is parked behind it.
  expect((await closing).unsettled).toBe(2);
  expect(transport.acknowledged).toEqual([1]);
  const given = transport.failures.map(({ sequence, failure }) => [sequence, failure?.next, codeOf(failure?.error)]);
  expect(given.toSorted(([left], [right]) => Number(left) - Number(right))).toEqual([
    [2, 'redeliver', 'CLOSED'],
    [3, 'redeliver', 'CLOSED'],
  ]);
});
