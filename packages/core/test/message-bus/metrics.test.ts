import type { MetricLabels, MetricsSink } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';

test('the metrics tell what happened, in series with the prefix tradewind_bus_', async () => {
  const bus = new MessageBus();
  const stop = bus.subscribe('a.*', () => {
    throw new Error('no');
  });
  bus.subscribe('a.b', () => undefined);
  bus.register('E', (_payload, { correlationId = '' }) => bus.respond(correlationId, undefined));
  for (let i = 0; i < 3; i += 1) {
    bus.publish('a.b', undefined);
    bus.publish('a.c', undefined);
  }
  stop.unsubscribe();
  await bus.request('E', undefined);
  const series = new Map<string, number>();
  const note = (name: string, value: number, labels?: MetricLabels): void => {
    series.set(labels === undefined ? name : `${name}{${Object.values(labels).join(',')}}`, value);
  };
  const described = new Set<string>();
  const sink: MetricsSink = {
    describe: (name) => described.add(name),
    counter: note,
    gauge: note,
    histogram: () => expect.unreachable(),
  };
  bus.collect(sink);
  expect([...series.keys()].every((name) => name.startsWith('tradewind_bus_'))).toBe(true);
  expect([...described].toSorted()).toEqual(
    [...new Set([...series.keys()].map((name) => name.replace(/\{.*/, '')))].toSorted(),
  );
  expect(Object.fromEntries(series)).toMatchObject({
    tradewind_bus_published_total: 6,
    tradewind_bus_delivered_total: 9,
    tradewind_bus_handler_errors_total: 6,
    tradewind_bus_subscriptions: 1,
    tradewind_bus_endpoints: 1,
    tradewind_bus_requests_pending: 0,
    'tradewind_bus_requests_total{answered}': 1,
    'tradewind_bus_requests_total{timeout}': 0,
    tradewind_bus_late_responses_total: 0,
    tradewind_bus_topics_kept: 2,
    tradewind_bus_topics_cached: 1,
  });
});
