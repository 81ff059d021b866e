import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuoteFeed } from '../src/decoding/quote-feed.ts';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import { START_NS, btcRow, oneGroup } from './fixtures.ts';

const rows = ['A', 'B'].map((venue) =>
  btcRow(venue, { tickSize: '0.5', lotSize: '0.1', minQty: '0', minNotional: '0' }),
);
const symbol = rows[0]?.symbol ?? '';

/** Mostly on the grid of half a unit; `0.25` and a sign are not. */
const price = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 190, max: 210 }).map((halves) => (halves / 2).toFixed(2)) },
  { weight: 1, arbitrary: fc.constantFrom('99.25', '-1.00', '0.00', '1e2') },
);
const size = fc.constantFrom('0.00', '0.10', '1.00', '2.30', '0.05');
const quotes = fc.array(
  fc.record({ venue: fc.constantFrom('A', 'B'), b: price, B: size, a: price, A: size, isFlushed: fc.boolean() }),
  { maxLength: 30 },
);

test('raw quotes give what the same quotes give as texts, on the grid or not, in batches of any size', () => {
  fc.assert(
    fc.property(quotes, fc.integer({ min: 1, max: 5 }), (all, capacity) => {
      const [byBytes, byText] = [new ArbitrageDetector(oneGroup(rows)), new ArbitrageDetector(oneGroup(rows))];
      const feeds = { A: feedOf('A'), B: feedOf('B') };
      function feedOf(venue: string): QuoteFeed {
        return new QuoteFeed({ detector: byBytes, venue, capacity });
      }
      const found = [...feeds.A.begin(START_NS), ...feeds.B.begin(START_NS)];
      const expected = all.flatMap(({ venue, b, B, a, A, isFlushed }, i) => {
        const feed = venue === 'A' ? feeds.A : feeds.B;
        const other = venue === 'A' ? feeds.B : feeds.A;
        found.push(...other.flush());
        found.push(...feed.push(new TextEncoder().encode(JSON.stringify({ u: i, s: symbol, b, B, a, A })), i * 1e6));
        if (isFlushed) found.push(...feed.flush());
        const tsRecv = START_NS + BigInt(i) * 1_000_000n;
        return byText.apply({ type: 'quote', venue, symbol, tsRecv, bid: b, bidSize: B, ask: a, askSize: A });
      });
      found.push(...feeds.A.flush(), ...feeds.B.flush());
      expect(found).toEqual(expected);
      expect(byBytes.counts()).toEqual(byText.counts());
    }),
    { numRuns: 1000, seed: 11 },
  );
});

test('what is no quote changes nothing', () => {
  const detector = new ArbitrageDetector(oneGroup(rows));
  const feed = new QuoteFeed({ detector, venue: 'A' });
  feed.begin(START_NS);
  for (const text of ['{"result":null,"id":1}', 'no JSON', '{"e":"kline","s":"X"}']) {
    expect(feed.push(new TextEncoder().encode(text), 0)).toEqual([]);
  }
  expect(feed.flush()).toEqual([]);
  expect(detector.counts().events).toBe(0);
  expect(feed.decoder.counts().kinds).toMatchObject({ OTHER: 2, MALFORMED: 1 });
});
