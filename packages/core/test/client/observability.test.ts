import { Priority, type PayloadSchema } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { InMemoryBroker } from '../../src/transport/in-memory-broker.ts';
import { Scrape, ledgerOf } from './ledger.ts';

test('every series is explained, and named in base units', async () => {
  const clock = new ManualClock();
  const broker = new InMemoryBroker({ clock });
  for (const client of [
    new BufferedMessageBusClient({ clock }),
    new BufferedMessageBusClient({ clock, paths: { main: broker.transport() } }),
  ]) {
    const scrape = new Scrape(client);
    for (const name of scrape.names) {
      expect(name).toMatch(/^tradewind_[a-z_]+$/);
      expect(name).not.toMatch(/_(ms|millis|micros)/);
      expect(scrape.described.has(name), name).toBe(true);
    }
    const closing = client.close();
    await clock.settle();
    await closing;
  }
});

test('waits and handler times are counted once for each message and delivery', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock });
  client.subscribe('sync', () => clock.elapse(2));
  client.subscribe('async', () => new Promise<void>((resolve) => clock.setTimer(resolve, 5)));
  for (let i = 0; i < 3; i += 1) client.publish('sync', i);
  for (let i = 0; i < 2; i += 1) client.publish('async', i, { priority: Priority.HIGH });
  await clock.advance(20);
  const scrape = new Scrape(client);
  expect(scrape.sum('tradewind_message_wait_seconds', { lane: 'NORMAL' })).toBe(3);
  expect(scrape.sum('tradewind_handler_seconds', { lane: 'NORMAL' })).toBe(3);
  expect(scrape.sum('tradewind_message_wait_seconds', { lane: 'HIGH' })).toBe(2);
  expect(scrape.sum('tradewind_handler_seconds', { lane: 'HIGH' })).toBe(2);
});

test('health is up, degraded with the reasons of its parts, and down when closed; since says since when', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock, name: 'desk', lanes: { LOW: { capacity: 10 } } });
  const startedMs = clock.now();
  expect(client.health()).toEqual({ status: 'up', reason: '', sinceMs: startedMs });
  client.pause();
  await clock.advance(50);
  for (let i = 0; i < 8; i += 1) client.publish('t', i, { priority: Priority.LOW });
  expect(client.health()).toEqual({
    status: 'degraded',
    reason: 'the LOW lane holds 8 of 10 messages',
    sinceMs: startedMs + 50,
  });
  await clock.advance(50);
  expect(client.health().sinceMs).toBe(startedMs + 50);
  const names = client.parts().map(({ name }) => name);
  expect(names).toEqual(['lanes', 'workers', 'scheduler', 'plugins']);
  client.resume();
  await clock.settle();
  expect(client.health().status).toBe('up');
  const closing = client.close();
  await clock.settle();
  await closing;
  expect(client.health().status).toBe('down');
});

test('payloads are checked by the schemas whose patterns match; a wrong one is counted and throws INVALID_PAYLOAD', async () => {
  const clock = new ManualClock();
  const asynchronous: PayloadSchema = {
    '~standard': { version: 1, vendor: 'test', validate: async () => ({ value: 1 }) },
  };
  const client = new BufferedMessageBusClient({
    clock,
    payloadSchemas: {
      'quotes.*': z.object({ bid: z.number() }),
      'quotes.strict': z.object({ bid: z.literal(1) }),
      later: asynchronous,
    },
  });
  const seen: unknown[] = [];
  client.subscribe('*', (payload) => seen.push(payload));
  const quote = { bid: 2, extra: true };
  expect(client.publish('quotes.a', quote)).toBe(true);
  expect(client.publish('other', 'anything')).toBe(true);
  expect(() => client.publish('quotes.a', { bid: 'x' })).toThrow(expect.objectContaining({ code: 'INVALID_PAYLOAD' }));
  expect(() => client.publish('quotes.strict', quote)).toThrow(expect.objectContaining({ code: 'INVALID_PAYLOAD' }));
  expect(() => client.topic('quotes.b').publish(null)).toThrow(/quotes\.b is refused/);
  expect(() => client.publish('later', 1)).toThrow(/asynchronous/);
  await expect(client.publishWhenReady('quotes.a', 1)).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
  await clock.settle();
  // The publisher's own object travels, not what the schema would make of it.
  expect(seen).toEqual([quote, 'anything']);
  expect(seen[0]).toBe(quote);
  expect(new Scrape(client).sum('tradewind_messages_invalid_total')).toBe(5);
  expect(ledgerOf(client).messages.accepted).toBe(2);
});

test('the catalog lists topics once, tells listeners before the first delivery, and counts what is beyond its bound', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock, maxTopics: 3 });
  const log: string[] = [];
  client.subscribe('*', (_payload, { topic }) => log.push(`handled ${topic}`));
  // Before the catalog is first asked, a topic is listed once it was seen twice.
  for (const topic of ['a', 'a', 'once']) client.publish(topic, 1);
  expect([...client.topics()]).toEqual(['a']);
  const listening = client.onTopic((topic) => log.push(`new ${topic}`));
  for (const topic of ['a', 'b', 'b', 'c', 'd', 'e']) client.publish(topic, 1);
  await clock.settle();
  expect(log.filter((line) => line.startsWith('new'))).toEqual(['new b', 'new c']);
  expect(log.indexOf('new b')).toBeLessThan(log.indexOf('handled b'));
  expect([...client.topics()].toSorted()).toEqual(['a', 'b', 'c']);
  expect(client.unlisted()).toBe(2);
  listening[Symbol.dispose]();
  client.publish('f', 1);
  expect(log.filter((line) => line.startsWith('new'))).toHaveLength(2);
});

test('topics that are never repeated are delivered, and do not stay', async () => {
  const clock = new ManualClock();
  const client = new BufferedMessageBusClient({ clock, maxTopics: 10 });
  let handled = 0;
  client.subscribe('never.*', () => (handled += 1));
  for (let i = 0; i < 5_000; i += 1) {
    client.publish(`never.${i}`, i, { orderingKey: `key-${i}` });
    if (i % 100 === 99) await clock.settle();
  }
  expect(handled).toBe(5_000);
  // A few may be taken for topics that were seen before.
  expect(new Scrape(client).sum('tradewind_topics')).toBeLessThanOrEqual(10);
});
