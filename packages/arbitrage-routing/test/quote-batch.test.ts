import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import { createQuoteBatch } from '../src/detection/quote-batch.ts';
import { START_NS, at, btcRow, oneGroup, quote } from './fixtures.ts';

const rows = ['A', 'B', 'C'].map((venue) =>
  btcRow(venue, { tickSize: '0.05', lotSize: '0.2', minQty: '0', minNotional: '0' }),
);

const side = fc.record({ ticks: fc.integer({ min: 1990, max: 2020 }), lots: fc.integer({ min: 0, max: 9 }) });
const quotes = fc.array(
  fc.record({ slot: fc.nat({ max: 2 }), bid: side, ask: side, afterMs: fc.integer({ min: -3, max: 400 }) }),
  { maxLength: 40 },
);

function text(count: number, step: number): string {
  return String(Number((count * step).toFixed(2)));
}

test('integers of ticks and lots in a batch give what the same quotes give as texts, whatever the size of the batches', () => {
  fc.assert(
    fc.property(quotes, fc.integer({ min: 1, max: 8 }), (all, batchSize) => {
      const [byText, byBatch] = [new ArbitrageDetector(oneGroup(rows)), new ArbitrageDetector(oneGroup(rows))];
      const batch = createQuoteBatch(all.length, START_NS);
      let clockMs = 0;
      const expected = all.flatMap(({ slot, bid, ask, afterMs }, row) => {
        clockMs += afterMs;
        batch.slots[row] = slot;
        batch.receivedNs[row] = clockMs * 1e6;
        [batch.bidTicks[row], batch.bidLots[row]] = [bid.ticks, bid.lots];
        [batch.askTicks[row], batch.askLots[row]] = [ask.ticks, ask.lots];
        return byText.apply(
          quote(rows[slot]?.venue ?? '', {
            bid: [text(bid.ticks, 0.05), text(bid.lots, 0.2)],
            ask: [text(ask.ticks, 0.05), text(ask.lots, 0.2)],
            atMs: clockMs,
          }),
        );
      });
      const found = [];
      for (let from = 0; from < all.length; from += batchSize) {
        found.push(...byBatch.applyQuotes(batch, from, Math.min(from + batchSize, all.length)));
      }
      expect(found).toEqual(expected);
      expect(byBatch.counts()).toEqual(byText.counts());
    }),
    { numRuns: 2000, seed: 7 },
  );
});

test('the clock may run for years: ages stay exact to the nanosecond when it does', () => {
  const detector = new ArbitrageDetector(oneGroup(rows, { maxAgeMs: 100 }));
  const dayNs = 24n * 3600n * 1_000_000_000n;
  for (let day = 0n; day < 2000n; day += 37n) {
    const base = START_NS + day * dayNs + 1n;
    const cheap = { ...quote('A', { bid: undefined, ask: ['100', '1'], atMs: 0 }), tsRecv: base };
    const dear = { ...quote('B', { bid: ['101', '1'], ask: undefined, atMs: 0 }), tsRecv: base + 100_000_000n };
    expect(detector.apply(cheap)).toEqual([]);
    expect(detector.apply(dear)).toMatchObject([{ op: 'open' }]);
    expect(detector.nowNs).toBe(base + 100_000_000n);
    expect(detector.advance(base + 100_000_001n)).toMatchObject([{ op: 'close' }]);
  }
});

test('a quote with an older moment than the one before makes what it carries go stale sooner', () => {
  const detector = new ArbitrageDetector(oneGroup(rows, { maxAgeMs: 100 }));
  detector.apply(quote('A', { bid: undefined, ask: ['100', '1'], atMs: 50 }));
  detector.apply(quote('B', { bid: ['101', '1'], ask: undefined, atMs: 60 }));
  expect(detector.apply(quote('B', { bid: ['101', '1'], ask: undefined, atMs: 0 }))).toEqual([]);
  expect(detector.advance(at(100))).toEqual([]);
  expect(detector.advance(at(100) + 1n)).toMatchObject([{ op: 'close' }]);
});

test('cycles found from batches are those found from texts', () => {
  const pairs = [
    ['A', 'B'],
    ['B', 'C'],
    ['A', 'C'],
  ] as const;
  const instruments = pairs.map(([base, other]) =>
    btcRow('V', { symbol: base + other, base, quote: other, tickSize: '0.05', lotSize: '0.2', takerFeePpm: 100 }),
  );
  let opened = 0;
  fc.assert(
    fc.property(quotes, (all) => {
      const options = { instruments, cycles: { maxLength: 3 }, maxAgeMs: 5000 };
      const [byText, byBatch] = [new ArbitrageDetector(options), new ArbitrageDetector(options)];
      const batch = createQuoteBatch(all.length, START_NS);
      let clockMs = 0;
      const expected = all.flatMap(({ slot, bid, ask, afterMs }, row) => {
        clockMs += afterMs;
        // Prices near one, so that each way round is near one as well.
        const [bidTicks, askTicks] = [bid.ticks - 1980, ask.ticks - 1980];
        batch.slots[row] = slot;
        batch.receivedNs[row] = clockMs * 1e6;
        [batch.bidTicks[row], batch.bidLots[row]] = [bidTicks, bid.lots];
        [batch.askTicks[row], batch.askLots[row]] = [askTicks, ask.lots];
        const [b, a] = [text(bidTicks, 0.05), text(askTicks, 0.05)] as const;
        const [bidSize, askSize] = [text(bid.lots, 0.2), text(ask.lots, 0.2)];
        const tsRecv = at(clockMs);
        const symbol = byText.termsOf(slot)?.row.symbol ?? '';
        return byText.apply({ type: 'quote', venue: 'V', symbol, tsRecv, bid: b, bidSize, ask: a, askSize });
      });
      expect(byBatch.applyQuotes(batch, 0, all.length)).toEqual(expected);
      opened += byBatch.counts().opened;
    }),
    { numRuns: 3000, seed: 13 },
  );
  expect(opened).toBeGreaterThan(100);
});
