import { describe, expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import type { NormalizedEvent } from '../src/market/normalized-event.ts';
import { createQuoteBatch } from '../src/detection/quote-batch.ts';
import type { Rejection } from '../src/market/rejections.ts';
import { START_NS, at, btcRow, delta, oneGroup, quote, snapshot } from './fixtures.ts';

const rows = [btcRow('A'), btcRow('B')];

/** A good quote at A, and one at B that crosses it. */
function crossing(): ArbitrageDetector {
  const detector = new ArbitrageDetector(oneGroup(rows));
  detector.apply(quote('A', { bid: ['90', '1'], ask: ['100', '1'], atMs: 0 }));
  expect(detector.apply(quote('B', { bid: ['105', '1'], ask: ['110', '1'], atMs: 1 }))).toMatchObject([{ op: 'open' }]);
  return detector;
}

describe('a quote that cannot be trusted ends what it carried, and is counted', () => {
  test.each([
    ['CROSSED', ['111', '1'], ['110', '1']],
    ['CROSSED', ['110', '1'], ['110', '1']],
    ['EMPTY', undefined, undefined],
    ['EMPTY', ['105', '0'], ['110', '0']],
    ['NOT_POSITIVE', ['-105', '1'], ['110', '1']],
    ['NOT_POSITIVE', ['0', '1'], ['110', '1']],
    ['NOT_POSITIVE', ['105', '-1'], ['110', '1']],
    ['ABSURD', ['1000000000001', '1'], undefined],
    ['ABSURD', ['105', '1000000000000001'], undefined],
    ['MALFORMED', ['1e5', '1'], ['110', '1']],
    ['MALFORMED', ['105.0000000000000000001', '1'], ['110', '1']],
    ['MALFORMED', ['', '1'], ['110', '1']],
  ] as const)('%s', (reason, bid, ask) => {
    const detector = crossing();
    expect(detector.apply(quote('B', { bid, ask, atMs: 2 }))).toEqual([
      { op: 'close', id: 'P|BTC|A:BTCUSDT>B:BTCUSDT' },
    ]);
    expect(detector.counts().rejections[reason]).toBe(1);
    // The next good quote makes it usable again.
    expect(detector.apply(quote('B', { bid: ['105', '1'], ask: ['110', '1'], atMs: 3 }))).toMatchObject([
      { op: 'open' },
    ]);
  });

  test('values that are no texts at all', () => {
    const detector = crossing();
    const odd = {
      type: 'quote',
      venue: 'B',
      symbol: 'BTCUSDT',
      tsRecv: at(2),
      bid: 105,
      bidSize: {},
      ask: [],
      askSize: Number.NaN,
    };
    expect(detector.apply(odd as unknown as NormalizedEvent)).toMatchObject([{ op: 'close' }]);
    expect(detector.counts().rejections.MALFORMED).toBe(1);
  });

  test('a price without its size', () => {
    const detector = crossing();
    detector.apply({
      type: 'quote',
      venue: 'B',
      symbol: 'BTCUSDT',
      tsRecv: at(2),
      bid: '105',
      ask: '110',
      askSize: '1',
    });
    expect(detector.counts()).toMatchObject({ live: 0, rejections: { MALFORMED: 1 } });
  });
});

describe('events that concern nothing known are counted and change nothing', () => {
  test.each<[Rejection, NormalizedEvent]>([
    ['UNKNOWN_INSTRUMENT', quote('B', { bid: ['1', '1'], ask: ['2', '1'], atMs: 2, symbol: 'NOPE' })],
    ['UNKNOWN_INSTRUMENT', quote('__proto__', { bid: ['1', '1'], ask: ['2', '1'], atMs: 2 })],
    ['UNKNOWN_VENUE', { type: 'status', venue: 'NOWHERE', status: 'down', tsRecv: at(2) }],
    ['BAD_TIME', { type: 'trade', venue: 'B', tsRecv: 'yesterday' }],
    ['BAD_TIME', { type: 'trade', venue: 'B', tsRecv: '' }],
    ['BAD_TIME', { type: 'quote', venue: 'B', symbol: 'BTCUSDT', tsRecv: 1n, bid: '105', bidSize: '1' }],
  ])('%s', (reason, event) => {
    const detector = crossing();
    expect(detector.apply(event)).toEqual([]);
    expect(detector.counts()).toMatchObject({ live: 1, rejections: { [reason]: 1 } });
  });
});

describe('a venue that goes away', () => {
  test('takes its instruments along until their next quotes', () => {
    const detector = crossing();
    expect(detector.apply({ type: 'status', venue: 'A', status: 'down', tsRecv: at(2) })).toMatchObject([
      { op: 'close' },
    ]);
    expect(detector.apply({ type: 'status', venue: 'A', status: 'up', tsRecv: at(3) })).toEqual([]);
    expect(detector.apply(quote('A', { bid: ['90', '1'], ask: ['100', '1'], atMs: 4 }))).toMatchObject([
      { op: 'open' },
    ]);
    expect(detector.counts().rejections.VENUE_DOWN).toBe(1);
  });
});

describe('a book', () => {
  const books = (): ArbitrageDetector => {
    const detector = new ArbitrageDetector(oneGroup(rows, { source: 'l2' }));
    detector.apply(snapshot('A', { bids: [['90', '1']], asks: [['100', '1']], atMs: 0 }));
    expect(detector.apply(snapshot('B', { bids: [['105', '1']], asks: [['110', '1']], atMs: 1 }))).toHaveLength(1);
    return detector;
  };

  test('ignores a delta before its snapshot', () => {
    const detector = new ArbitrageDetector(oneGroup(rows, { source: 'l2' }));
    detector.apply(snapshot('A', { bids: [['90', '1']], asks: [['100', '1']], atMs: 0 }));
    expect(detector.apply(delta('B', { bids: [['105', '1']], asks: [], atMs: 1 }))).toEqual([]);
    expect(detector.counts().rejections.NO_SNAPSHOT).toBe(1);
  });

  test.each([1, 'unknown'] as const)('is not right after a gap (%s) until its next snapshot', (gapBefore) => {
    const detector = books();
    expect(detector.apply(delta('B', { bids: [['105', '2']], asks: [], atMs: 2, gapBefore }))).toMatchObject([
      { op: 'close' },
    ]);
    expect(detector.apply(delta('B', { bids: [['105', '2']], asks: [], atMs: 3 }))).toEqual([]);
    expect(detector.apply(snapshot('B', { bids: [['105', '1']], asks: [['110', '1']], atMs: 4 }))).toMatchObject([
      { op: 'open' },
    ]);
    expect(detector.counts().rejections).toMatchObject({ SEQUENCE_GAP: 1, NO_SNAPSHOT: 1 });
  });

  test('is never half changed: one bad level discards the event and the book', () => {
    const detector = books();
    const bids = [
      ['106', '5'],
      ['-1', '1'],
    ] as const;
    expect(detector.apply(delta('B', { bids, asks: [], atMs: 2 }))).toMatchObject([{ op: 'close' }]);
    expect(detector.counts().rejections.NOT_POSITIVE).toBe(1);
  });

  test('that is crossed is unusable while it is', () => {
    const detector = books();
    expect(detector.apply(delta('B', { bids: [['110', '1']], asks: [], atMs: 2 }))).toMatchObject([{ op: 'close' }]);
    expect(detector.apply(delta('B', { bids: [['110', '0']], asks: [], atMs: 3 }))).toMatchObject([{ op: 'open' }]);
    expect(detector.counts().rejections.CROSSED).toBe(1);
  });
});

describe('rows of a batch that cannot be trusted', () => {
  test.each<[Rejection, readonly [number, number, number, number, number]]>([
    ['UNKNOWN_INSTRUMENT', [7, 1, 1, 2, 1]],
    ['UNKNOWN_INSTRUMENT', [-1, 1, 1, 2, 1]],
    ['MALFORMED', [1, 1.5, 1, 2, 1]],
    ['MALFORMED', [1, Number.NaN, 1, 2, 1]],
    ['MALFORMED', [1, Infinity, 1, 2, 1]],
    ['NOT_POSITIVE', [1, -1, 1, 2, 1]],
    ['NOT_POSITIVE', [1, 1, -1, 2, 1]],
    ['CROSSED', [1, 3, 1, 2, 1]],
    ['EMPTY', [1, 3, 0, 2, 0]],
  ])('%s', (reason, [slot, bidTicks, bidLots, askTicks, askLots]) => {
    const detector = new ArbitrageDetector(oneGroup(rows));
    const batch = createQuoteBatch(1, START_NS);
    batch.slots[0] = slot;
    batch.bidTicks[0] = bidTicks;
    batch.bidLots[0] = bidLots;
    batch.askTicks[0] = askTicks;
    batch.askLots[0] = askLots;
    expect(detector.applyQuotes(batch, 0, 1)).toEqual([]);
    expect(detector.counts().rejections[reason]).toBe(1);
  });
});

describe('options that cannot be used throw at once, with where and what', () => {
  test.each([
    ['maxAgeMs', { maxAgeMs: 0 }],
    ['minEdgePpm', { minEdgePpm: 0.5 }],
    ['minProfit', { minProfit: '-1' }],
    ['maxNotional', { maxNotional: '1e9' }],
    ['source', { source: 'l3' as 'l2' }],
    ['instruments[2]', { instruments: [...rows, btcRow('A')] }],
    ['instruments[0].lotSize', { instruments: [btcRow('A', { lotSize: '0' }), btcRow('B')] }],
    ['instruments[0]', { instruments: [btcRow('A', { takerFeePpm: undefined }), btcRow('B')] }],
    ['instruments[0].takerFeePpm', { instruments: [btcRow('A', { takerFeePpm: 0.1 }), btcRow('B')] }],
    ['groups[0]', { groups: [{ name: 'G', instruments: ['A:NOPE'] }] }],
    ['groups[0]', { groups: [{ name: 'G', instruments: ['A:BTCUSDT', 'A:BTCUSDT'] }] }],
    ['groups[0]', { instruments: [btcRow('A', { inverse: true, contractValue: '100' }), btcRow('B')] }],
    ['cycles.maxLength', { cycles: { maxLength: 2 } }],
    ['cycles.instruments', { cycles: { instruments: ['A:NOPE'] } }],
  ])('%s', (path, overrides) => {
    expect(() => new ArbitrageDetector(oneGroup(rows, overrides))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path }),
    );
  });
});
