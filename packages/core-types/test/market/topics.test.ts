import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBarType } from '../../src/market/bar-type.ts';
import { formatInstrumentId, parseInstrumentId } from '../../src/market/instrument-id.ts';
import {
  accountEventsTopic,
  barTopic,
  bookDeltasTopic,
  bookSnapshotTopic,
  decodeTopicSegment,
  encodeTopicSegment,
  fundingRateTopic,
  instrumentOfTopic,
  instrumentStatusTopic,
  instrumentTopic,
  orderEventsTopic,
  positionEventsTopic,
  quoteTopic,
  tickerTopic,
  tradeTopic,
} from '../../src/market/topics.ts';
import { isTopic } from '../../src/vocabulary/topic.ts';
import { barType, identifier, instrumentIdParts } from './arbitraries.ts';

const ofInstrument = [
  quoteTopic,
  tradeTopic,
  tickerTopic,
  bookSnapshotTopic,
  bookDeltasTopic,
  instrumentTopic,
  instrumentStatusTopic,
  fundingRateTopic,
];

describe('topics', () => {
  it("have NautilusTrader's names", () => {
    const instrument = { venue: 'BINANCE', symbol: 'BTCUSDT' };
    expect(ofInstrument.map((topic) => topic(instrument))).toEqual([
      'data.quotes.BINANCE.BTCUSDT',
      'data.trades.BINANCE.BTCUSDT',
      'data.tickers.BINANCE.BTCUSDT',
      'data.book.snapshots.BINANCE.BTCUSDT',
      'data.book.deltas.BINANCE.BTCUSDT',
      'data.instrument.BINANCE.BTCUSDT',
      'data.status.BINANCE.BTCUSDT',
      'data.funding_rates.BINANCE.BTCUSDT',
    ]);
    expect(barTopic(parseBarType('BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL'))).toBe(
      'data.bars.BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL',
    );
    expect(orderEventsTopic('EMA-001')).toBe('events.order.EMA-001');
    expect(positionEventsTopic('EMA-001')).toBe('events.position.EMA-001');
    expect(accountEventsTopic('BINANCE-1')).toBe('events.account.BINANCE-1');
  });

  it('take the id of an instrument or its parts', () => {
    expect(quoteTopic(parseInstrumentId('BTC-USD.P.DYDX'))).toBe(quoteTopic({ symbol: 'BTC-USD.P', venue: 'DYDX' }));
  });

  it.each([
    ['BTC-USD.P', 'BTC-USD%2EP'],
    ['XBT/USD', 'XBT/USD'],
    ['tBTC:USD', 'tBTC:USD'],
    ['+', '%2B'],
    ['C++', 'C++'],
    ['50%', '50%25'],
    ['W?T*', 'W%3FT%2A'],
    ['%2E', '%252E'],
    ['BRK B', 'BRK B'],
  ])('writes the symbol %s as %s', (symbol, segment) => {
    expect(encodeTopicSegment(symbol)).toBe(segment);
    expect(decodeTopicSegment(segment)).toBe(symbol);
  });

  it('are valid, fill one segment per name, and give the instrument back', () => {
    fc.assert(
      fc.property(instrumentIdParts, fc.constantFrom(...ofInstrument), (parts, builder) => {
        const topic = builder(parts);
        expect(isTopic(topic)).toBe(true);
        expect(topic.split('.')).toHaveLength(topic.startsWith('data.book.') ? 5 : 4);
        expect(instrumentOfTopic(topic)).toEqual(parts);
        expect(builder(formatInstrumentId(parts))).toBe(topic);
      }),
      { numRuns: 1000 },
    );
  });

  it('of bars are valid and differ for different bars', () => {
    fc.assert(
      fc.property(barType, barType, (a, b) => {
        expect(isTopic(barTopic(a))).toBe(true);
        expect(barTopic(a).split('.')).toHaveLength(4);
        expect(barTopic(a) === barTopic(b)).toBe(a === b);
      }),
    );
  });

  it('of orders are valid, one segment per name', () => {
    fc.assert(
      fc.property(identifier, (strategyId) => {
        expect(isTopic(orderEventsTopic(strategyId))).toBe(true);
        expect(orderEventsTopic(strategyId).split('.')).toHaveLength(3);
      }),
    );
  });

  it('refuse empty names and names that grow too long', () => {
    expect(() => encodeTopicSegment('')).toThrow(expect.objectContaining({ code: 'INVALID_TOPIC' }));
    expect(() => orderEventsTopic('')).toThrow(expect.objectContaining({ code: 'INVALID_TOPIC' }));
    expect(() => quoteTopic({ symbol: '', venue: 'A' })).toThrow(
      expect.objectContaining({ code: 'INVALID_INSTRUMENT' }),
    );
    expect(() => quoteTopic({ symbol: '?'.repeat(100), venue: 'A' })).toThrow(
      expect.objectContaining({ code: 'INVALID_TOPIC' }),
    );
  });

  it.each([
    'data.quotes.A',
    'data.quotes.A.B.C',
    'data.book.deltas.A',
    'data.bars.A.B-1-MINUTE-LAST-EXTERNAL',
    'events.order.X',
    'data',
    '',
  ])('know no instrument of %j', (topic) => {
    expect(instrumentOfTopic(topic)).toBeUndefined();
  });
});
