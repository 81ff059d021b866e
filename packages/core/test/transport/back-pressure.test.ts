import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import { scrape } from '../routing/routing-fixture.ts';
import { batchOf, brokerOf, consume, numbered } from './transport-fixture.ts';

const full = expect.objectContaining({ code: 'TRANSPORT_FULL', retryable: true, mayHaveBeenStored: false }) as unknown;

test('a group without room refuses the whole batch, and nothing of it is stored', async () => {
  const { broker, clock, transport } = brokerOf({ maxBacklog: 1_000, maxUnsettled: 1 });
  const slow = await consume(transport, { group: 'slow', consumer: 'a', patterns: ['slow'] });
  const fast = await consume(broker.transport(), { group: 'fast', consumer: 'a' }, 'acknowledge');
  for (let i = 0; i < 10; i += 1) await transport.publish(numbered(100, { topic: 'slow' }));
  await clock.settle();
  await expect(transport.publish(batchOf({ topic: 'slow' }, { topic: 'other', payload: 'other' }))).rejects.toThrow(
    full,
  );
  await clock.settle();
  expect(fast.payloads()).not.toContain('other');
  await broker.transport().publish(batchOf({ topic: 'other', payload: 'other' }));
  await clock.settle();
  expect(fast.payloads().filter((payload) => payload === 'other')).toHaveLength(1);
  expect(slow.payloads()).toEqual([0]);
});

test('when the consumers have caught up there is room again', async () => {
  const { clock, transport } = brokerOf({ maxBacklog: 1_000 });
  const got = await consume(transport, { group: 'g' });
  // All in one go: with a turn in between, the consumer would have made room.
  const first = Promise.all(Array.from({ length: 10 }, () => transport.publish(numbered(100))));
  const batch = numbered(100);
  const refused = transport.publish(batch);
  await expect(refused).rejects.toThrow(full);
  await first;
  await clock.settle();
  await transport.publish(batch);
  await clock.settle();
  expect(got.payloads()).toHaveLength(1_100);
});

test('a full lane does not refuse another one', async () => {
  const { clock, transport } = brokerOf({ maxBacklog: 1_000, maxUnsettled: 1 });
  const got = await consume(transport, { group: 'g' });
  for (let i = 0; i < 10; i += 1) await transport.publish(numbered(100, { priority: Priority.LOW }));
  await transport.publish(batchOf({ priority: Priority.CRITICAL, payload: 'critical', topic: 'c' }));
  await clock.settle();
  expect(got.payloads()).toContain('critical');
});

test('a group that nobody serves goes on gathering until it is full or deleted', async () => {
  const { broker, clock, transport } = brokerOf({ maxBacklog: 1_000 });
  const gone = await consume(transport, { group: 'g', consumer: 'a' });
  await gone.consumer.close();
  for (let i = 0; i < 10; i += 1) await transport.publish(numbered(100));
  await expect(transport.publish(numbered(100))).rejects.toThrow(full);
  const back = await consume(transport, { group: 'g', consumer: 'b' }, 'acknowledge');
  expect(broker.deleteGroup('g')).toBe(false);
  await clock.settle();
  expect(back.payloads()).toHaveLength(1_000);
  await back.consumer.close();
  await broker.transport().publish(numbered(3));
  expect(broker.deleteGroup('g')).toBe(true);
  expect(broker.deleteGroup('g')).toBe(false);
  expect(scrape(broker).get('tradewind_transport_abandoned_total{}')).toBe(3);
  const anew = await consume(transport, { group: 'g', consumer: 'c' });
  await clock.settle();
  expect(anew.payloads()).toEqual([]);
});

test('the depth of every group and lane is measured', async () => {
  const { broker, clock, transport } = brokerOf({ maxUnsettled: 1 });
  await consume(transport, { group: 'g' });
  await transport.publish(numbered(3, { priority: Priority.HIGH }));
  await clock.settle();
  const values = scrape(broker);
  expect(values.get('tradewind_transport_waiting_messages{group=g,priority=HIGH}')).toBe(2);
  expect(values.get('tradewind_transport_waiting_messages{group=g,priority=LOW}')).toBe(0);
  expect(values.get('tradewind_transport_unsettled_messages{group=g}')).toBe(1);
  expect(values.get('tradewind_transport_consumers{group=g}')).toBe(1);
  expect(values.get('tradewind_transport_stored_total{}')).toBe(3);
});

test('options out of their range are refused, all at once', () => {
  expect(() => new InMemoryBroker({ maxBacklog: 10, maxDeliveries: 0, redeliveryDelayMs: Number.NaN })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'maxBacklog', expected: 'an integer from 1000 to 10000000', received: '10' },
        { path: 'maxDeliveries', expected: 'an integer from 1 to 1000', received: '0' },
        { path: 'redeliveryDelayMs', expected: 'an integer from 0 to 3600000', received: 'NaN' },
      ],
    }),
  );
});
