import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { batchOf, brokerOf, consume, numbered } from './transport-fixture.ts';

test('a consumer without a group gets everything that matches, in publish order, with its whole envelope', async () => {
  const { broker, clock, transport } = brokerOf();
  const first = await consume(transport, { patterns: ['data.*'] });
  const second = await consume(broker.transport(), { patterns: ['data.quotes.+', 'data.*'] });
  const envelope = {
    topic: 'data.quotes.BTC',
    payload: { bid: 1 },
    producer: 'feed-1',
    sequence: 9,
    publishedAtMs: 1_000.25,
    orderingKey: 'BTC',
    correlationId: 'c',
    expiresAtMs: 2_000,
    headers: { traceparent: 'x' },
  };
  await transport.publish(batchOf(envelope, { topic: 'events.x' }, { topic: 'data.b' }));
  await clock.settle();
  for (const { messages } of [first, second]) {
    expect(messages()).toEqual([
      { ...envelope, priority: Priority.NORMAL, deliveryCount: 1 },
      expect.objectContaining({ topic: 'data.b', orderingKey: undefined }),
    ]);
  }
});

test('publish keeps nothing of the batch but the payload', async () => {
  const { clock, transport } = brokerOf();
  const got = await consume(transport);
  const batch = batchOf({ topic: 'a', payload: 1 });
  await transport.publish(batch);
  Object.assign(batch.messages[0] ?? {}, { topic: 'changed', sequence: -1 });
  await clock.settle();
  expect(got.messages()).toEqual([expect.objectContaining({ topic: 'a' })]);
});

test('consumers of a group share the messages; other groups get them too', async () => {
  const { broker, clock, transport } = brokerOf();
  const a = await consume(transport, { group: 'desk', consumer: 'a' }, 'acknowledge');
  const b = await consume(broker.transport(), { group: 'desk', consumer: 'b' }, 'acknowledge');
  const other = await consume(broker.transport(), { group: 'risk', consumer: 'a' }, 'acknowledge');
  for (let key = 0; key < 40; key += 1) await transport.publish(batchOf({ orderingKey: `k${key}`, payload: key }));
  await clock.settle();
  expect(a.payloads().length).toBeGreaterThan(10);
  expect(b.payloads().length).toBeGreaterThan(10);
  expect([...a.payloads(), ...b.payloads()].toSorted((x, y) => Number(x) - Number(y))).toEqual(
    Array.from({ length: 40 }, (_, i) => i),
  );
  expect(other.payloads()).toHaveLength(40);
});

test('while a key is unsettled with one consumer, no other gets it, in no lane', async () => {
  const { broker, clock, transport } = brokerOf();
  const a = await consume(transport, { group: 'desk', consumer: 'a' });
  await transport.publish(batchOf({ orderingKey: 'BTC', payload: 1 }));
  await clock.settle();
  const b = await consume(broker.transport(), { group: 'desk', consumer: 'b' });
  await transport.publish(batchOf({ orderingKey: 'BTC', payload: 2 }, { orderingKey: 'ETH', payload: 3 }));
  await transport.publish(batchOf({ orderingKey: 'BTC', payload: 4, priority: Priority.CRITICAL }));
  await clock.settle();
  expect(a.payloads()).toEqual(expect.arrayContaining([1, 2, 4]));
  expect(b.payloads()).not.toEqual(expect.arrayContaining([2]));
  expect(b.payloads()).not.toEqual(expect.arrayContaining([4]));
});

test('a topic is the key of messages that have none', async () => {
  const { broker, clock, transport } = brokerOf();
  const a = await consume(transport, { group: 'g', consumer: 'a' });
  const b = await consume(broker.transport(), { group: 'g', consumer: 'b' });
  for (let i = 0; i < 6; i += 1) await transport.publish(batchOf({ topic: 'same', payload: i }));
  await clock.settle();
  expect([a.payloads(), b.payloads()]).toContainEqual([0, 1, 2, 3, 4, 5]);
});

test('until onBatch resolves no further batch of that lane comes, and other lanes go on', async () => {
  const { clock, transport } = brokerOf();
  const lanes: Priority[] = [];
  const waiting: (() => void)[] = [];
  await transport.consume(
    { consumer: 'c', patterns: ['*'], from: 'now' },
    {
      onBatch: async (batch) => {
        lanes.push(batch.priority);
        if (batch.priority === Priority.LOW) await new Promise<void>((resolve) => waiting.push(resolve));
      },
    },
  );
  await transport.publish(batchOf({ priority: Priority.LOW }));
  await clock.settle();
  await transport.publish(batchOf({ priority: Priority.LOW }));
  await transport.publish(batchOf({ priority: Priority.CRITICAL }));
  await clock.settle();
  expect(lanes).toEqual([Priority.LOW, Priority.CRITICAL]);
  waiting.shift()?.();
  await clock.settle();
  expect(lanes).toEqual([Priority.LOW, Priority.CRITICAL, Priority.LOW]);
});

test('a consumer gets no more while it has its bound of unsettled messages', async () => {
  const { clock, transport } = brokerOf({ maxUnsettled: 5 });
  const got = await consume(transport);
  await transport.publish(numbered(12));
  await clock.settle();
  expect(got.payloads()).toEqual([0, 1, 2, 3, 4]);
  got.batches[0]?.settle(0);
  await clock.settle();
  expect(got.payloads()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a batch has at most a hundred messages of one lane', async () => {
  const { clock, transport } = brokerOf();
  const got = await consume(transport, {}, 'acknowledge');
  for (let i = 0; i < 5; i += 1) await transport.publish(numbered(90));
  await clock.settle();
  expect(Math.max(...got.batches.map((batch) => batch.messages.length))).toBe(100);
  expect(got.payloads()).toHaveLength(450);
});

test('from oldest begins with what is kept, from now with what comes', async () => {
  const { broker, clock, transport } = brokerOf({ historySize: 3 });
  await transport.publish(numbered(5));
  await transport.publish(batchOf({ topic: 'b', payload: 'critical', priority: Priority.CRITICAL }));
  const oldest = await consume(broker.transport(), { from: 'oldest', patterns: ['a', 'b'] });
  const some = await consume(broker.transport(), { from: 'oldest', patterns: ['b'] });
  const now = await consume(broker.transport(), { from: 'now' });
  await transport.publish(batchOf({ payload: 'new' }));
  await clock.settle();
  expect(oldest.payloads()).toEqual(['critical', 2, 3, 4, 'new']);
  expect(some.payloads()).toEqual(['critical']);
  expect(now.payloads()).toEqual(['new']);
});

test('setPatterns chooses what is published from then on; what was chosen before still comes', async () => {
  const { clock, transport } = brokerOf({ maxUnsettled: 1 });
  const got = await consume(transport, { patterns: ['a'] });
  await transport.publish(batchOf({ topic: 'a', payload: 1 }, { topic: 'a', payload: 2 }));
  await got.consumer.setPatterns(['b.*']);
  await transport.publish(batchOf({ topic: 'a', payload: 3 }, { topic: 'b.x', payload: 4 }));
  for (let i = 0; i < 4; i += 1) {
    await clock.settle();
    got.acknowledge();
  }
  expect(got.payloads()).toEqual([1, 2, 4]);
  await expect(got.consumer.setPatterns([''])).rejects.toThrow(expect.objectContaining({ code: 'INVALID_PATTERN' }));
});

test('a batch that is offered again is not stored twice, however late', async () => {
  const { clock, transport } = brokerOf();
  const got = await consume(transport);
  const batches = Array.from({ length: 10 }, () => numbered(3));
  for (const batch of batches) await transport.publish(batch);
  for (const batch of batches) await transport.publish(batch);
  await clock.settle();
  expect(got.payloads()).toHaveLength(30);
});

test('other messages under a number that was used are refused, not taken for a repetition', async () => {
  const { clock, transport } = brokerOf();
  const got = await consume(transport);
  await transport.publish({ ...numbered(1), batchSequence: 1 });
  for (let i = 0; i < 100; i += 1) await transport.publish(numbered(1));
  await expect(transport.publish({ ...numbered(2), batchSequence: 1 })).rejects.toThrow(
    expect.objectContaining({ code: 'TRANSPORT_REFUSED', retryable: false, mayHaveBeenStored: false }),
  );
  await transport.publish({ ...numbered(1, { priority: Priority.LOW }), batchSequence: 1 });
  await clock.settle();
  expect(got.payloads()).toHaveLength(102);
});

test('a consumer name is taken once in a group', async () => {
  const { transport } = brokerOf();
  const first = await consume(transport, { group: 'g', consumer: 'x' });
  await expect(consume(transport, { group: 'g', consumer: 'x' })).rejects.toThrow(
    expect.objectContaining({ code: 'TRANSPORT_DENIED' }),
  );
  await consume(transport, { group: 'h', consumer: 'x' });
  await first.consumer.close();
  await consume(transport, { group: 'g', consumer: 'x' });
});

test('after close everything is refused, and closing again is the same promise', async () => {
  const { broker, clock, transport } = brokerOf();
  const got = await consume(transport);
  const closing = transport.close({ deadlineMs: 0 });
  expect(transport.close()).toBe(closing);
  await closing;
  const refused = expect.objectContaining({ code: 'TRANSPORT_CLOSED', retryable: false, mayHaveBeenStored: false });
  await expect(transport.publish(numbered(1))).rejects.toThrow(refused);
  await expect(consume(transport)).rejects.toThrow(refused);
  await broker.transport().publish(numbered(1));
  await clock.settle();
  expect(got.payloads()).toEqual([]);
  expect(transport.health()).toEqual({ status: 'down', reason: 'closed', sinceMs: 1_000 });
});

test('a topic that is none is rejected alone, by its index', async () => {
  const { clock, transport } = brokerOf();
  const got = await consume(transport);
  await expect(transport.publish(batchOf({ payload: 1 }, { topic: 'a.*' }, { payload: 3 }))).rejects.toThrow(
    expect.objectContaining({
      code: 'TOPIC_NOT_ALLOWED',
      rejected: [{ index: 1, code: 'TOPIC_NOT_ALLOWED', message: expect.stringContaining('wildcards') as unknown }],
      retryable: false,
      mayHaveBeenStored: true,
    }),
  );
  await clock.settle();
  expect(got.payloads()).toEqual([1, 3]);
});

test('a consumer that always has room lets the event loop have its turns', async () => {
  const { clock, transport } = brokerOf({ maxUnsettled: 1 });
  const got = await consume(transport, {}, 'acknowledge');
  for (let i = 0; i < 3; i += 1) await transport.publish(numbered(100));
  clock.settleSync();
  let turns = 0;
  while (got.payloads().length < 300) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    turns += 1;
    await clock.settle();
  }
  expect(turns).toBeGreaterThan(0);
  expect(got.payloads()).toEqual([...Array(3).keys()].flatMap(() => [...Array(100).keys()]));
});
