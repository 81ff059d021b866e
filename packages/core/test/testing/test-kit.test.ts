import { Priority, type MessageMeta } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { FaultyTransport, InMemoryBroker, ManualClock, Recorder, settle } from '../../src/testing/index.ts';

test('a client is tested with a manual clock, a recorder and settle, without waiting for anything', async () => {
  const clock = new ManualClock({ startMs: 1_000 });
  const client = new BufferedMessageBusClient({ clock });
  const quotes = new Recorder<number, MessageMeta>();
  client.subscribe('data.quotes.*', quotes.handler);
  client.publish('data.quotes.BTC', 1, { priority: Priority.HIGH });
  client.publish('data.quotes.ETH', 2);
  expect(quotes.payloads).toEqual([]);
  await settle(clock, client);
  expect(quotes.payloads).toEqual([1, 2]);
  expect(quotes.messages[0]?.meta).toMatchObject({ priority: Priority.HIGH, publishedAtMs: 1_000 });
});

test('two clients meet at a broker; what a faulty transport refuses arrives once, in order, when time has passed', async () => {
  const clock = new ManualClock({ startMs: 1_000 });
  const broker = new InMemoryBroker({ clock });
  const faulty = new FaultyTransport(broker.transport(), clock);
  const feed = new BufferedMessageBusClient({ clock, name: 'feed', paths: { main: faulty } });
  const desk = new BufferedMessageBusClient({
    clock,
    name: 'desk',
    paths: { main: broker.transport() },
    group: 'desk',
  });
  const trades = new Recorder<number>();
  desk.subscribe('data.trades.*', trades.handler);
  await settle(clock, desk);
  await desk.ready();
  faulty.failPublishes(1);
  faulty.failPublishes(1, { code: 'TRANSPORT_TIMEOUT', stored: true });
  for (let i = 0; i < 1_250; i += 1) feed.publish('data.trades.BTC', i);
  await clock.settle();
  for (let i = 0; i < 100 && trades.payloads.length < 1_250; i += 1) await clock.advance(100);
  expect(trades.payloads).toEqual(Array.from({ length: 1_250 }, (_, i) => i));
  expect(faulty.batches.length).toBeGreaterThan(3);
  const closing = Promise.all([feed.close(), desk.close()]);
  await clock.advance(10_000);
  expect(await closing).toEqual([
    { queued: [0, 0, 0, 0], unsettled: 0 },
    { queued: [0, 0, 0, 0], unsettled: 0 },
  ]);
});
