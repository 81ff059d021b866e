import { MessageBus } from '@tradewind/core';
import { parseMarketEvent, type MarketEvent } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import type { Transition } from '../src/detection/transition.ts';
import { readMarketEvent } from '../src/market/market-event-reader.ts';
import { START_NS, btcRow, oneGroup } from './fixtures.ts';

function event(venue: string, body: Readonly<Record<string, unknown>>): MarketEvent {
  const header = { instrumentId: `BTCUSDT.${venue}`, tsEventNs: null, tsInitNs: START_NS, sequence: 1 };
  return parseMarketEvent({ ...header, ...body });
}

const quote = (venue: string, bidPrice: string, askPrice: string): MarketEvent =>
  event(venue, { type: 'quote', bidPrice, bidSize: '1', askPrice, askSize: '1' });
const delta = (action: string, side: string, price = '0', size = '0') => ({ action, side, price, size });

describe('what comes over a bus', () => {
  test('quotes open an opportunity, a halt ends it', () => {
    const bus = new MessageBus();
    const detector = new ArbitrageDetector(oneGroup([btcRow('A'), btcRow('B')]));
    const transitions: Transition[] = [];
    bus.subscribe('data.*', (payload) => {
      for (const each of readMarketEvent(payload as MarketEvent)) transitions.push(...detector.apply(each));
    });
    bus.publish('data.quotes.A.BTCUSDT', quote('A', '90', '100'));
    bus.publish('data.quotes.B.BTCUSDT', quote('B', '105', '110'));
    bus.publish('data.status.B.BTCUSDT', event('B', { type: 'instrument_status', action: 'TRADING' }));
    expect(transitions.map(({ op }) => op)).toEqual(['open']);
    bus.publish('data.status.B.BTCUSDT', event('B', { type: 'instrument_status', action: 'HALT' }));
    expect(transitions.map(({ op }) => op)).toEqual(['open', 'close']);
  });

  test('books and their deltas do the same, and a halt waits for the next snapshot', () => {
    const detector = new ArbitrageDetector(oneGroup([btcRow('A'), btcRow('B')], { source: 'l2' }));
    const apply = (what: MarketEvent): readonly string[] =>
      readMarketEvent(what).flatMap((each) => detector.apply(each).map(({ op }) => op));
    expect(apply(event('A', { type: 'book_snapshot', bids: [['90', '1']], asks: [['100', '1']] }))).toEqual([]);
    expect(apply(event('B', { type: 'book_snapshot', bids: [['99', '1']], asks: [['110', '1']] }))).toEqual([]);
    expect(apply(event('B', { type: 'book_deltas', deltas: [delta('UPDATE', 'BUY', '105', '1')] }))).toEqual(['open']);
    expect(apply(event('B', { type: 'book_deltas', deltas: [delta('DELETE', 'BUY', '105')] }))).toEqual(['close']);
    expect(apply(event('B', { type: 'book_deltas', deltas: [delta('ADD', 'BUY', '104', '1')] }))).toEqual(['open']);
    expect(apply(event('B', { type: 'instrument_status', action: 'PAUSE' }))).toEqual(['close']);
    expect(apply(event('B', { type: 'book_deltas', deltas: [delta('ADD', 'BUY', '105', '1')] }))).toEqual([]);
    expect(detector.counts().rejections).toMatchObject({ SEQUENCE_GAP: 1, NO_SNAPSHOT: 1 });
  });

  test.each([
    [
      'both sides cleared and filled anew',
      [delta('CLEAR', 'BUY'), delta('CLEAR', 'SELL'), delta('ADD', 'BUY', '99', '1')],
      { type: 'book_snapshot', bids: [['99', '1']], asks: [] },
    ],
    [
      'one side cleared',
      [delta('CLEAR', 'BUY'), delta('ADD', 'BUY', '99', '1')],
      { type: 'book_delta', gapBefore: 'unknown' },
    ],
    [
      'cleared in the middle',
      [delta('ADD', 'BUY', '99', '1'), delta('CLEAR', 'BUY'), delta('CLEAR', 'SELL')],
      { type: 'book_delta', gapBefore: 'unknown' },
    ],
    [
      'single orders',
      [{ ...delta('ADD', 'BUY', '99', '1'), orderId: 'x' }],
      { type: 'book_delta', gapBefore: 'unknown' },
    ],
    [
      'changes alone',
      [delta('ADD', 'SELL', '99', '1')],
      { type: 'book_delta', bids: [], asks: [['99', '1']], gapBefore: undefined },
    ],
  ] as const)('deltas: %s', (_, deltas, expected) => {
    expect(readMarketEvent(event('A', { type: 'book_deltas', deltas }))).toMatchObject([expected]);
  });

  test('gaps are passed on, and everything else moves the clock alone', () => {
    expect(readMarketEvent(event('A', { type: 'book_deltas', deltas: [], gapBefore: 3 }))).toMatchObject([
      { gapBefore: 3 },
    ]);
    const trade = event('A', { type: 'trade', price: '1', size: '1', aggressorSide: 'BUYER', tradeId: 't' });
    expect(readMarketEvent(trade)).toEqual([
      { type: 'ticker', tsEvent: null, venue: 'A', symbol: 'BTCUSDT', tsRecv: START_NS },
    ]);
  });

  test('funding rates are passed on, for signals to read, and a quote keeps the time of its venue', () => {
    const rate = { type: 'funding_rate', rate: '0.0001', nextFundingNs: START_NS + 1n, intervalMinutes: 480 };
    expect(readMarketEvent(event('A', rate))).toMatchObject([
      {
        type: 'funding',
        venue: 'A',
        rate: '0.0001',
        tsEvent: null,
        nextFundingNs: START_NS + 1n,
        intervalMinutes: 480,
      },
    ]);
    expect(
      readMarketEvent(
        event('A', {
          type: 'quote',
          tsEventNs: START_NS - 1n,
          bidPrice: '1',
          bidSize: '1',
          askPrice: '2',
          askSize: '1',
        }),
      ),
    ).toMatchObject([{ type: 'quote', tsEvent: START_NS - 1n }]);
  });
});
