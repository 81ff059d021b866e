import { describe, expect, test } from 'vitest';
import type { SubscriptionCatalog } from '@tradewind/core-types';
import { BufferedMessageBusClient, MessageBus } from '../src/index.ts';

const idle = (): void => undefined;
const rowsOf = (catalog: SubscriptionCatalog): readonly string[] =>
  Array.from(catalog.subscriptions(), ({ id, pattern }) => `${id} ${pattern}`).toSorted();

describe('the subscriptions of a bus', () => {
  test('are listed with their patterns, as long as they are in force', () => {
    const bus = new MessageBus();
    expect(rowsOf(bus)).toEqual([]);
    bus.subscribe('data.*', idle, { id: 'prices' });
    bus.subscribe('data.*', () => undefined, { id: 'recorder' });
    const orders = bus.subscribe('orders.+', idle, { id: 'orders' });
    expect(rowsOf(bus)).toEqual(['orders orders.+', 'prices data.*', 'recorder data.*']);
    orders.unsubscribe();
    expect(rowsOf(bus)).toEqual(['prices data.*', 'recorder data.*']);
  });

  test('of a client are of every kind', async () => {
    await using client = new BufferedMessageBusClient();
    client.subscribe('a', idle, { id: 'plain' });
    client.subscribeBatch('b', idle, { id: 'batch', maxSize: 10, maxDelayMs: 1 });
    const messages = client.messages('c', { id: 'iterator' });
    expect(rowsOf(client)).toEqual(['batch b', 'iterator c', 'plain a']);
    await messages.return?.();
    expect(rowsOf(client)).toEqual(['batch b', 'plain a']);
  });

  test('may be ended while they are listed', async () => {
    await using client = new BufferedMessageBusClient();
    for (let i = 0; i < 5; i += 1) client.subscribe(`topic.${i}`, () => undefined);
    for (const subscription of client.subscriptions()) subscription.unsubscribe();
    expect(rowsOf(client)).toEqual([]);
  });
});
