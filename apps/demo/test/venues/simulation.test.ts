import {
  compareDecimals,
  isMultipleOf,
  parseMarketEvent,
  toJsonForm,
  type MarketEvent,
  type SubmitOrder,
} from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import type { FeedEvent } from '../../src/events.ts';
import { nsAt } from '../../src/feed.ts';
import { LevelBook } from '../../src/market/level-book.ts';
import { Simulation } from '../../src/venues/simulation.ts';
import { VENUES } from '../../src/venues/venue-profile.ts';

function eventsOf(simulation: Simulation, seconds: number): FeedEvent[] {
  const events: FeedEvent[] = [];
  while (simulation.nextBefore(seconds * 1_000_000) !== undefined) events.push(simulation.take());
  return events;
}

function asText(events: readonly FeedEvent[]): string {
  return JSON.stringify(events, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

describe('simulated venues', () => {
  test('the same seed gives the same events, to the byte; another seed gives others', () => {
    const first = asText(eventsOf(new Simulation({ seed: 7 }), 3));
    expect(asText(eventsOf(new Simulation({ seed: 7 }), 3))).toBe(first);
    expect(asText(eventsOf(new Simulation({ seed: 8 }), 3))).not.toBe(first);
  });

  test('how far ahead it is looked at a time does not change what happens', () => {
    const simulation = new Simulation({ seed: 7 });
    const stepped: FeedEvent[] = [];
    for (let micros = 0; micros <= 3_000_000; micros += 777) {
      while (simulation.nextBefore(Math.min(micros, 3_000_000)) !== undefined) stepped.push(simulation.take());
    }
    while (simulation.nextBefore(3_000_000) !== undefined) stepped.push(simulation.take());
    expect(asText(stepped)).toBe(asText(eventsOf(new Simulation({ seed: 7 }), 3)));
  });

  test('every venue and every asset is there, with its instruments first', () => {
    const events = eventsOf(new Simulation({ seed: 1 }), 2);
    const markets = VENUES.flatMap(({ markets: all }) => all.map(({ listing }) => listing.instrumentId));
    expect(markets).toHaveLength(15);
    for (const type of ['instrument', 'book_snapshot', 'book_deltas', 'quote', 'trade'] as const) {
      const seen = new Set(
        events
          .filter((event) => event.type === type)
          .map((event) => ('instrumentId' in event ? event.instrumentId : '')),
      );
      expect([...seen].toSorted(), type).toEqual(markets.toSorted());
    }
  });

  test('every event is one that the parsers of core-types accept, and times do not go back within an instrument', () => {
    const lastNs = new Map<string, bigint>();
    for (const event of eventsOf(new Simulation({ seed: 3 }), 1)) {
      const market = event as MarketEvent;
      expect(parseMarketEvent(JSON.parse(JSON.stringify(toJsonForm(market))))).toEqual(market);
      expect(market.tsInitNs).toBeGreaterThanOrEqual(lastNs.get(market.instrumentId) ?? 0n);
      lastNs.set(market.instrumentId, market.tsInitNs);
    }
  });

  test('the book that snapshots and deltas make agrees with every quote, and is never crossed', () => {
    const books = new Map<string, LevelBook>();
    const crossed: string[] = [];
    const rebuilt: unknown[] = [];
    const quoted: unknown[] = [];
    for (const event of eventsOf(new Simulation({ seed: 11 }), 5)) {
      if (event.type === 'book_snapshot') {
        const book = new LevelBook();
        book.replace(event);
        books.set(event.instrumentId, book);
      } else if (event.type === 'book_deltas') {
        const book = books.get(event.instrumentId);
        book?.apply(event);
        const { bestBid, bestAsk } = book ?? {};
        if (bestBid !== undefined && bestAsk !== undefined && compareDecimals(bestBid[0], bestAsk[0]) >= 0)
          crossed.push(event.instrumentId);
      } else if (event.type === 'quote') {
        const { bestBid, bestAsk } = books.get(event.instrumentId) ?? {};
        rebuilt.push([...(bestBid ?? [null, null]), ...(bestAsk ?? [null, null])]);
        quoted.push([event.bidPrice, event.bidSize, event.askPrice, event.askSize]);
      }
    }
    expect(crossed).toEqual([]);
    expect(rebuilt).toEqual(quoted);
    expect(quoted.length).toBeGreaterThan(500);
  });

  test('prices and sizes lie on the grid of their venue', () => {
    const markets = new Map(
      VENUES.flatMap(({ markets: all }) => all.map((market) => [market.listing.instrumentId, market] as const)),
    );
    const trades = eventsOf(new Simulation({ seed: 5 }), 3).filter((event) => event.type === 'trade');
    expect(trades.length).toBeGreaterThan(100);
    for (const { instrumentId, price, size } of trades) {
      const market = markets.get(instrumentId);
      expect(
        market !== undefined &&
          size !== null &&
          isMultipleOf(price, market.tickSize) &&
          isMultipleOf(size, market.lotSize),
      ).toBe(true);
    }
  });

  test('venues follow one fundamental: after a while no venue is far from the others', () => {
    const mids = new Map<string, number>();
    for (const event of eventsOf(new Simulation({ seed: 13 }), 20)) {
      if (event.type === 'quote') mids.set(event.instrumentId, (Number(event.bidPrice) + Number(event.askPrice)) / 2);
    }
    const bitcoin = [...mids].filter(([instrumentId]) => instrumentId.includes('BTC')).map(([, mid]) => mid);
    expect(bitcoin).toHaveLength(5);
    expect(Math.max(...bitcoin) / Math.min(...bitcoin) - 1).toBeLessThan(0.002);
  });

  test('an order of the desk trades in the book, and its fills are trades of the market', () => {
    const simulation = new Simulation({ seed: 17 });
    eventsOf(simulation, 1);
    const [venue] = VENUES;
    const instrumentId = venue?.markets[0]?.listing.instrumentId;
    if (instrumentId === undefined) throw new Error('there is a first market');
    const order: SubmitOrder = {
      type: 'submit_order',
      strategyId: 'test',
      instrumentId,
      clientOrderId: 'order-1',
      tsInitNs: nsAt(simulation.startNs, 1_000_000),
      side: 'BUY',
      orderType: 'MARKET',
      quantity: '0.5' as SubmitOrder['quantity'],
      timeInForce: 'IOC',
    };
    simulation.execute(order, 1_010_000);
    const events = eventsOf(simulation, 1.1);
    const fills = events.filter((event) => event.type === 'order_filled');
    const trades = events.filter(
      (event) => event.type === 'trade' && event.tsEventNs === nsAt(simulation.startNs, 1_010_000),
    );
    expect(events.some((event) => event.type === 'order_accepted')).toBe(true);
    expect(fills.length).toBeGreaterThan(0);
    expect(fills.map(({ lastPrice, lastQuantity }) => [lastPrice, lastQuantity])).toEqual(
      trades.map((trade) => (trade.type === 'trade' ? [trade.price, trade.size] : [])),
    );
    expect(fills.at(-1)?.leavesQuantity).toBe('0');
    expect(fills[0]?.commissionCurrency).toBe('USDT');
  });
});
