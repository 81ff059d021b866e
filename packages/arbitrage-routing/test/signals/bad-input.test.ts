import { describe, expect, test } from 'vitest';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import type { Rejection } from '../../src/market/rejections.ts';
import { SignalDetector, type SignalDetectorOptions } from '../../src/signals/signal-detector.ts';
import { at } from '../fixtures.ts';
import { funding, market, row } from './signal-fixtures.ts';

const HOUR_MS = 3_600_000;
const options: SignalDetectorOptions = {
  instruments: [row('A:P'), row('B:P')],
  funding: { groups: [{ name: 'BTC', instruments: ['A:P', 'B:P'] }] },
};

/** A pair that earns funding. */
function earning(): SignalDetector {
  const detector = new SignalDetector(options);
  detector.apply(funding('A:P', '-0.001', { inMs: HOUR_MS, minutes: 480 }));
  detector.apply(funding('B:P', '0.001', { inMs: HOUR_MS, minutes: 480 }));
  detector.apply(market('A:P', { bid: '60000', ask: '60001' }));
  expect(detector.apply(market('B:P', { bid: '60000', ask: '60001' }))).toMatchObject([{ op: 'open' }]);
  return detector;
}

const quoteOf = (members: object): NormalizedEvent => ({
  ...market('B:P', { bid: '60000', ask: '60001', atMs: 1 }),
  ...members,
});
const fundingOf = (members: object): NormalizedEvent => ({
  ...funding('B:P', '0.001', { inMs: HOUR_MS, minutes: 480 }),
  ...members,
});

describe('input that cannot be trusted closes what it carried, and is counted', () => {
  test.each<readonly [Rejection, NormalizedEvent]>([
    ['CROSSED', quoteOf({ bid: '60001' })],
    ['EMPTY', quoteOf({ bidSize: '0', askSize: '0' })],
    ['NOT_POSITIVE', quoteOf({ bid: '-1' })],
    ['ABSURD', quoteOf({ ask: '1000000000001' })],
    ['MALFORMED', quoteOf({ bid: '6e4' })],
    ['MALFORMED', fundingOf({ rate: '0.1 %' })],
    ['MALFORMED', fundingOf({ rate: '0.0000000000000000001' })],
    ['MALFORMED', fundingOf({ intervalMinutes: 0 })],
    ['MALFORMED', fundingOf({ nextFundingNs: 'soon' })],
    ['ABSURD', fundingOf({ rate: '1' })],
    ['VENUE_DOWN', { type: 'status', venue: 'B', status: 'down', tsRecv: at(1) }],
  ])('%s: %o', (reason, event) => {
    const detector = earning();
    expect(detector.apply(event)).toEqual([{ op: 'close', type: 'FUNDING_RATE', id: 'F|A:P>B:P' }]);
    expect(detector.counts()).toMatchObject({ live: 0, rejections: { [reason]: 1 } });
  });

  test.each<readonly [Rejection, NormalizedEvent]>([
    ['UNKNOWN_INSTRUMENT', { ...quoteOf({}), symbol: 'X' } as NormalizedEvent],
    ['UNKNOWN_VENUE', { type: 'status', venue: 'X', status: 'down', tsRecv: at(1) }],
    ['BAD_TIME', quoteOf({ tsRecv: '1e18' })],
    ['BAD_TIME', quoteOf({ tsRecv: -1n })],
    ['BAD_TIME', fundingOf({ nextFundingNs: at(HOUR_MS / 2) })],
  ])('%s changes nothing', (reason, event) => {
    const detector = earning();
    expect(detector.apply(event)).toEqual([]);
    expect(detector.counts()).toMatchObject({ live: 1, rejections: { [reason]: 1 } });
  });

  test('a gap in a book waits for the next snapshot', () => {
    const detector = new SignalDetector({ ...options, source: 'l2' });
    const book = (venue: string, type: 'book_snapshot' | 'book_delta', gapBefore?: number): NormalizedEvent => ({
      ...{ type, venue, symbol: 'P', tsRecv: at(0), gapBefore },
      bids: [['60000', '1']],
      asks: [['60001', '1']],
    });
    detector.apply(funding('A:P', '-0.001', { inMs: HOUR_MS, minutes: 480 }));
    detector.apply(funding('B:P', '0.001', { inMs: HOUR_MS, minutes: 480 }));
    detector.apply(book('A', 'book_snapshot'));
    const ops = [
      book('B', 'book_delta'),
      book('B', 'book_snapshot'),
      book('B', 'book_delta', 2),
      book('B', 'book_delta'),
      book('B', 'book_snapshot'),
    ].map((event) => detector.apply(event).map(({ op }) => op));
    expect(ops).toEqual([[], ['open'], ['close'], [], ['open']]);
    expect(detector.counts().rejections).toMatchObject({ NO_SNAPSHOT: 2, SEQUENCE_GAP: 1 });
  });

  test('without events a timer ends what has grown too old', () => {
    const detector = earning();
    expect(detector.advance(at(1000))).toEqual([]);
    expect(detector.advance(at(1000) + 1n)).toMatchObject([{ op: 'close' }]);
    expect(detector.nowNs).toBe(at(1000) + 1n);
  });
});

describe('options that cannot be used are refused', () => {
  const perpetuals = { name: 'BTC', instruments: ['A:P', 'B:P'] };
  const future = row('C:F', { kind: 'future' });
  const refused: readonly (readonly [string, Partial<SignalDetectorOptions>])[] = [
    ['an unknown instrument', { funding: { groups: [{ name: 'BTC', instruments: ['A:P', 'X:X'] }] } }],
    ['an instrument twice', { funding: { groups: [perpetuals, { ...perpetuals, name: 'again' }] } }],
    ['two quote currencies', { instruments: [row('A:P'), row('B:P', { quote: 'USD' })] }],
    ['no time to hold', { funding: { groups: [perpetuals], holdHours: 0 } }],
    ['an interval of no minutes', { instruments: [row('A:P', { fundingIntervalMinutes: 0 }), row('B:P')] }],
    [
      'no expiry',
      {
        instruments: [row('A:P'), row('B:P'), future],
        calendar: { groups: [{ name: 'BTC', instruments: ['A:P', 'C:F'] }] },
      },
    ],
    ['half a ppm', { calendar: { groups: [], minAnnualPpm: 0.5 } }],
    ['an inverse contract of no value', { instruments: [row('A:P', { inverse: true }), row('B:P')] }],
    [
      'a quanto contract without what it settles in',
      { instruments: [row('A:P', { quanto: true, contractValue: '1' }), row('B:P')] },
    ],
    ['a pair of one', { latency: { pairs: [['A:P', 'A:P']] } }],
    [
      'a pair without a tick',
      { instruments: [row('A:P', { tickSize: undefined }), row('B:P')], latency: { pairs: [['A:P', 'B:P']] } },
    ],
    ['a lag beyond the window', { latency: { pairs: [], lagsMs: [50], windowMs: 50 } }],
    ['a lag twice', { latency: { pairs: [], lagsMs: [1, 1] } }],
    ['too large a capacity', { latency: { pairs: [], capacity: 4097 } }],
    [
      'a pair in both directions',
      {
        statistical: {
          pairs: [
            { y: 'A:P', x: 'B:P' },
            { y: 'B:P', x: 'A:P' },
          ],
        },
      },
    ],
    ['an exit beyond the entry', { statistical: { pairs: [], exitZ: '3' } }],
    ['too few samples', { statistical: { pairs: [], samples: 10, lags: 4 } }],
    ['a settlement fee in per cent', { instruments: [row('A:P', { settlementFeePpm: 0.05 }), row('B:P')] }],
    ['an unknown way out', { exitLiquidity: 'free' as 'maker' }],
  ];
  test.each(refused)('%s', (_, changes) => {
    expect(() => new SignalDetector({ ...options, ...changes })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
