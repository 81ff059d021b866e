import { Priority, type DeadLetter, type DeadLetterQuery } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import type { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import { scrape } from '../routing/routing-fixture.ts';
import { batchOf, brokerOf, consume, numbered } from './transport-fixture.ts';

async function letters(broker: InMemoryBroker, query: DeadLetterQuery = {}): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for await (const letter of broker.deadLetters.list(query)) found.push(letter);
  return found;
}

test('a message settled with an error comes again after the delay, with a higher count', async () => {
  const { clock, transport } = brokerOf({ redeliveryDelayMs: 100 });
  const got = await consume(transport);
  await transport.publish(batchOf({ payload: 'x' }));
  await clock.settle();
  got.fail();
  await clock.advance(99);
  expect(got.counts()).toEqual([1]);
  await clock.advance(1);
  expect(got.counts()).toEqual([1, 2]);
  got.acknowledge();
  await clock.advance(10_000);
  expect(got.counts()).toEqual([1, 2]);
});

test('no later message of its key goes out before it, others do', async () => {
  const { broker, clock, transport } = brokerOf({ redeliveryDelayMs: 100, maxUnsettled: 1 });
  const got = await consume(transport, { group: 'g', consumer: 'a' });
  await transport.publish(
    batchOf(
      { orderingKey: 'BTC', payload: 'btc 1' },
      { orderingKey: 'BTC', payload: 'btc 2' },
      { orderingKey: 'ETH', payload: 'eth 1' },
    ),
  );
  await clock.settle();
  got.fail();
  await clock.settle();
  expect(got.payloads()).toEqual(['btc 1', 'eth 1']);
  got.acknowledge();
  const other = await consume(broker.transport(), { group: 'g', consumer: 'b' }, 'acknowledge');
  await clock.settle();
  expect(other.payloads()).toEqual([]);
  await clock.advance(100);
  got.acknowledge();
  await clock.advance(100);
  const order = [...got.payloads().slice(2), ...other.payloads()];
  expect(order).toEqual(['btc 1', 'btc 2']);
});

test('what a closing consumer has not settled goes to the others of its group, in order, before what came later', async () => {
  const { broker, clock, transport } = brokerOf({ maxUnsettled: 3 });
  const first = await consume(transport, { group: 'g', consumer: 'a' });
  await transport.publish(numbered(5));
  await clock.settle();
  first.batches[0]?.settle(1);
  await first.consumer.close({ deadlineMs: 0 });
  const second = await consume(broker.transport(), { group: 'g', consumer: 'b' }, 'acknowledge');
  await clock.settle();
  expect(second.payloads()).toEqual([0, 2, 3, 4]);
  expect(second.counts()).toEqual([2, 2, 1, 1]);
});

test('close waits for open settlements until its deadline or its signal', async () => {
  const { clock, transport } = brokerOf();
  const settling = await consume(transport, { group: 'a' });
  const late = await consume(transport, { group: 'b' });
  const aborted = await consume(transport, { group: 'c' });
  await transport.publish(numbered(1));
  await clock.settle();
  const closed: string[] = [];
  const abort = new AbortController();
  void settling.consumer.close({ deadlineMs: 1_000 }).then(() => closed.push('settling'));
  void late.consumer.close({ deadlineMs: 1_000 }).then(() => closed.push('late'));
  void aborted.consumer.close({ signal: abort.signal }).then(() => closed.push('aborted'));
  await clock.settle();
  expect(closed).toEqual([]);
  settling.acknowledge();
  await clock.settle();
  expect(closed).toEqual(['settling']);
  abort.abort();
  await clock.settle();
  expect(closed).toEqual(['settling', 'aborted']);
  await clock.advance(1_000);
  expect(closed).toEqual(['settling', 'aborted', 'late']);
  expect(clock.pending().timers).toBe(0);
});

test('a settlement after the deadline changes nothing', async () => {
  const { broker, clock, transport } = brokerOf();
  const first = await consume(transport, { group: 'g', consumer: 'a' });
  await transport.publish(numbered(2));
  await clock.settle();
  await first.consumer.close({ deadlineMs: 0 });
  first.acknowledge();
  const second = await consume(broker.transport(), { group: 'g', consumer: 'b' });
  await clock.settle();
  expect(second.payloads()).toEqual([0, 1]);
});

test('only the first settlement of a message counts, and an index that is none is refused', async () => {
  const { broker, clock, transport } = brokerOf();
  const got = await consume(transport, { group: 'g' });
  await transport.publish(numbered(1));
  await clock.settle();
  got.batches[0]?.settle(0);
  got.batches[0]?.settle(0, { error: 'too late', next: 'redeliver' });
  await clock.advance(10_000);
  expect(got.counts()).toEqual([1]);
  expect(scrape(broker).get('tradewind_transport_acknowledged_total{group=g}')).toBe(1);
  expect(() => got.batches[0]?.settle(1)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

test('a batch whose onBatch rejects counts as not settled', async () => {
  const { clock, transport } = brokerOf({ redeliveryDelayMs: 100 });
  const counts: number[] = [];
  await transport.consume(
    { consumer: 'c', patterns: ['*'], from: 'now' },
    {
      onBatch: async (batch) => {
        counts.push(...batch.messages.map(({ deliveryCount }) => deliveryCount));
        if (counts.length <= 2) throw new Error('no room');
        batch.messages.forEach((_, i) => batch.settle(i));
      },
    },
  );
  await transport.publish(numbered(2));
  await clock.settle();
  expect(counts).toEqual([1, 1]);
  await clock.advance(100);
  expect(counts).toEqual([1, 1, 2, 2]);
  await clock.advance(10_000);
  expect(counts).toEqual([1, 1, 2, 2]);
});

test('a batch whose messages went to others has its signal aborted', async () => {
  const { clock, transport } = brokerOf();
  const first = await consume(transport, { group: 'g', consumer: 'a' });
  await transport.publish(numbered(2));
  await clock.settle();
  const signal = first.batches[0]?.signal;
  expect(signal?.aborted).toBe(false);
  await first.consumer.close({ deadlineMs: 0 });
  expect(signal?.aborted).toBe(true);
  expect(first.batches[0]?.signal?.aborted).toBe(true);
});

test('a failure may ask for the dead letters at once, and says who failed', async () => {
  const { broker, clock, transport } = brokerOf();
  const got = await consume(transport, { group: 'g' });
  await transport.publish(
    batchOf({ topic: 'a', correlationId: 'c', expiresAtMs: 9_000, producer: 'desk', sequence: 77 }),
  );
  await clock.settle();
  got.batches[0]?.settle(0, { error: undefined, next: 'deadLetter', subscriptionId: 'risk', attempts: 3 });
  await clock.advance(10_000);
  expect(got.counts()).toEqual([1]);
  expect(await letters(broker)).toMatchObject([
    {
      topic: 'a',
      producer: 'desk',
      sequence: 77,
      correlationId: 'c',
      expiresAtMs: 9_000,
      subscriptionId: 'risk',
      attempts: 3,
      cause: { message: 'undefined' },
    },
  ]);
});

test('after the last attempt a message goes to the dead letters, with its cause', async () => {
  const { broker, clock, transport } = brokerOf({ maxDeliveries: 3, redeliveryDelayMs: 10 });
  const got = await consume(transport, { group: 'g' });
  await transport.publish(
    batchOf({ topic: 'data.x', payload: { id: 7 }, orderingKey: 'k', headers: { a: 'b' }, priority: Priority.HIGH }),
  );
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await clock.advance(10);
    got.fail(Object.assign(new Error('no such order'), { code: 'UNKNOWN_ORDER' }));
  }
  expect(got.counts()).toEqual([1, 2, 3]);
  expect(await letters(broker)).toEqual([
    {
      id: '1',
      producer: 'feed',
      sequence: expect.any(Number) as unknown,
      topic: 'data.x',
      payload: { id: 7 },
      priority: Priority.HIGH,
      publishedAtMs: 1_000,
      deadAtMs: 1_030,
      attempts: 3,
      orderingKey: 'k',
      headers: { a: 'b' },
      cause: {
        message: 'no such order',
        code: 'UNKNOWN_ORDER',
        stack: expect.stringContaining('no such order') as unknown,
      },
    },
  ]);
});

test('a message that ends each of its consumers is dead-lettered too', async () => {
  const { broker, clock, transport } = brokerOf({ maxDeliveries: 2 });
  await consume(transport, { group: 'g', consumer: 'first' });
  await transport.publish(batchOf({ payload: 'poison' }));
  await clock.settle();
  await transport.close({ deadlineMs: 0 });
  const second = broker.transport();
  const got = await consume(second, { group: 'g', consumer: 'second' });
  await clock.settle();
  expect(got.counts()).toEqual([2]);
  await second.close({ deadlineMs: 0 });
  expect((await letters(broker)).map(({ payload, attempts }) => [payload, attempts])).toEqual([['poison', 2]]);
});

test('dead letters are listed by pattern, id and limit, oldest first; retried as new messages; purged', async () => {
  const { broker, clock, transport } = brokerOf();
  const got = await consume(transport, { group: 'g' });
  await transport.publish(
    batchOf({ topic: 'a.1', payload: 1 }, { topic: 'b.1', payload: 2 }, { topic: 'a.2', payload: 3 }),
  );
  await clock.settle();
  got.putAside('broken');
  expect((await letters(broker, { pattern: 'a.*' })).map(({ topic }) => topic)).toEqual(['a.1', 'a.2']);
  expect((await letters(broker, { ids: ['2', '9'] })).map(({ topic }) => topic)).toEqual(['b.1']);
  expect((await letters(broker, { limit: 2 })).map(({ id, cause }) => [id, cause.message])).toEqual([
    ['1', 'broken'],
    ['2', 'broken'],
  ]);
  expect((await letters(broker, { after: '1', limit: 1 })).map(({ id }) => id)).toEqual(['2']);
  await expect(letters(broker, { limit: Number.NaN })).rejects.toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS' }),
  );
  clock.elapse(500);
  expect(await broker.deadLetters.retry(['1', '9'])).toEqual({ retried: ['1'], unknown: ['9'], failed: [] });
  await clock.settle();
  expect(got.messages().at(-1)).toMatchObject({ topic: 'a.1', payload: 1, deliveryCount: 1, publishedAtMs: 1_500 });
  expect(await broker.deadLetters.purge(['2', '3', '9'])).toBe(2);
  expect(await letters(broker)).toEqual([]);
});

test('a retry for which there is no room leaves the letter where it is', async () => {
  const { broker, clock, transport } = brokerOf({ maxDeliveries: 1, maxBacklog: 1_000, maxUnsettled: 1 });
  const got = await consume(transport, { group: 'g' });
  await transport.publish(batchOf({ payload: 'dead' }));
  await clock.settle();
  got.fail();
  await clock.settle();
  for (let i = 0; i < 10; i += 1) await transport.publish(numbered(100));
  await transport.publish(numbered(1));
  expect(await broker.deadLetters.retry(['1'])).toMatchObject({
    retried: [],
    failed: [{ id: '1', reason: expect.stringContaining('backlog') as unknown }],
  });
  expect(await letters(broker)).toHaveLength(1);
});

test('while the dead letters are full, a failing message stays with its group and the log says so once', async () => {
  const { broker, clock, logger, transport } = brokerOf({ maxDeliveries: 1, maxDeadLetters: 1, redeliveryDelayMs: 10 });
  const got = await consume(transport, { group: 'g' });
  await transport.publish(batchOf({ topic: 'a', payload: 1 }, { topic: 'b', payload: 2 }));
  for (let i = 0; i < 4; i += 1) {
    await clock.advance(1_000);
    got.fail();
  }
  expect(got.payloads()).toEqual([1, 2, 2, 2, 2]);
  expect(logger.lines.map(({ event }) => event)).toEqual(['dead-letter.unwritten']);
  await broker.deadLetters.purge(['1']);
  await clock.advance(1_000);
  got.fail();
  expect((await letters(broker)).map(({ payload }) => payload)).toEqual([2]);
});

test('what a consumer without a group leaves unsettled is given up, and counted', async () => {
  const { broker, clock, transport } = brokerOf({ maxUnsettled: 2 });
  const got = await consume(transport);
  await transport.publish(numbered(5));
  await clock.settle();
  got.batches[0]?.settle(0);
  await got.consumer.close({ deadlineMs: 0 });
  await clock.settle();
  expect(scrape(broker).get('tradewind_transport_abandoned_total{}')).toBe(4);
});
