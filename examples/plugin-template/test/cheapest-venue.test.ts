import { routingPluginSuite } from '@tradewind/conformance';
import { BufferedMessageBusClient } from '@tradewind/core';
import { InMemoryBroker } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { cheapestVenue } from '../src/index.ts';

routingPluginSuite('cheapest-venue', {
  create: () => cheapestVenue({ feeBps: { binance: 10, kraken: 26 } }),
  paths: ['kraken', 'binance'],
  messages: [{ topic: 'commands.order.BTCUSDT' }, { topic: 'data.quotes.KRAKEN.BTCUSDT' }],
  stateful: true,
});

describe('cheapestVenue', () => {
  test('orders take the cheapest path, everything else the default', async () => {
    const kraken = new InMemoryBroker();
    const binance = new InMemoryBroker();
    const client = new BufferedMessageBusClient({
      paths: { kraken: kraken.transport(), binance: binance.transport() },
      plugins: [cheapestVenue({ feeBps: { binance: 10, kraken: 26 } })],
      trace: { every: 1 },
    });
    client.publish('commands.order.BTCUSDT', { side: 'BUY' });
    client.publish('data.quotes.KRAKEN.BTCUSDT', { bid: '64250.10' });
    await client.close();
    const pathOf = new Map(client.decisions.recent().map(({ topic, path }) => [topic, path]));
    expect(pathOf.get('commands.order.BTCUSDT')).toBe('binance');
    expect(pathOf.get('data.quotes.KRAKEN.BTCUSDT')).not.toBe('binance');
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a fee of %s is refused', (fee) => {
    expect(() => cheapestVenue({ feeBps: { kraken: fee } })).toThrow(RangeError);
  });
});
