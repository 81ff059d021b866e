import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LargeRecord } from '../src/detection/large-record.ts';
import { limitsOf } from '../src/detection/detector-options.ts';
import { PairDecision } from '../src/detection/pair-decision.ts';
import { SMALL, SmallDecision, SmallRecord } from '../src/detection/small-decision.ts';
import { InstrumentTable, type InstrumentTerms } from '../src/market/instrument-table.ts';
import { RECORD, RECORD_STRIDE, createRecords } from '../src/market/slot-records.ts';
import { TopOfBook } from '../src/market/top-of-book.ts';
import { btcRow } from './fixtures.ts';

const grid = fc.record({
  tickSize: fc.constantFrom('0.01', '0.05', '0.5', '1', '10', '0.00001'),
  lotSize: fc.constantFrom('0.001', '0.3', '0.25', '1', '100', '0.00001'),
  takerFeePpm: fc.constantFrom(0, 0, 1, 100, 500, 1000, 7000, -250),
  minQty: fc.constantFrom('0', '0', '0', '0.5', '0.00000001', '100'),
  minNotional: fc.constantFrom('0', '0', '0', '10', '0.123456789', '5000'),
});
type Grid = typeof grid extends fc.Arbitrary<infer G> ? G : never;
type Grids = readonly [Grid, Grid];
/** Around a price that both know, in the smallest tick of all; sometimes far beyond what floats hold. */
const ticks = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 9990, max: 10_010 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) },
);
const lots = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) },
);
const spread = fc.record({
  grids: fc.oneof(
    { weight: 2, arbitrary: fc.tuple(grid, grid).map(([a, b]): Grids => [a, b]) },
    // Mostly the same steps, or the two prices would seldom be near.
    { weight: 3, arbitrary: fc.tuple(grid, grid).map(([a, b]): Grids => [a, { ...b, tickSize: a.tickSize }]) },
  ),
  ask: ticks,
  askLots: lots,
  bid: fc.oneof(ticks, fc.integer({ min: 9990, max: 10_400 })),
  bidLots: lots,
  minEdgePpm: fc.constantFrom(0, 0, 0, 0, 1, 1, 450, 450, 999_999),
  minProfit: fc.constantFrom('0', '0', '0', '0.0000001', '0.0000001', '1', '250.5'),
});

test('a decision in floats is that in integers of any length, to the last figure, or leaves it to them', () => {
  const met = new Map<number, number>();
  fc.assert(
    fc.property(spread, ({ grids, ask, askLots, bid, bidLots, minEdgePpm, minProfit }) => {
      const instruments = grids.map((each, i) => btcRow(i === 0 ? 'A' : 'B', each));
      const table = new InstrumentTable({ instruments });
      const [buy, sell] = table.terms as readonly [InstrumentTerms, InstrumentTerms];
      const records = createRecords(table);
      records.floats[buy.slot * RECORD_STRIDE + RECORD.ASK_TICKS] = ask;
      records.floats[buy.slot * RECORD_STRIDE + RECORD.ASK_LOTS] = askLots;
      records.floats[sell.slot * RECORD_STRIDE + RECORD.BID_TICKS] = bid;
      records.floats[sell.slot * RECORD_STRIDE + RECORD.BID_LOTS] = bidLots;
      const limits = limitsOf({ instruments, minEdgePpm, minProfit }).pair;
      const small = new SmallDecision(records.floats, limits);
      const large = new PairDecision(new TopOfBook(table, records), limits);
      const found = small.decide(buy, sell);
      met.set(found, (met.get(found) ?? 0) + 1);
      if (found === SMALL.TOO_LARGE) return;
      expect(found === SMALL.YES).toBe(large.decide(buy, sell));
      if (found === SMALL.NO) return;
      const [bySmall, byLarge] = [new SmallRecord(), new LargeRecord()];
      expect(bySmall.take(small)).toBe(true);
      byLarge.take(large);
      expect(bySmall.figures()).toEqual(byLarge.figures());
      expect(bySmall.take(small)).toBe(false);
    }),
    { numRuns: 20_000, seed: 19 },
  );
  expect(met.get(SMALL.YES)).toBeGreaterThan(1000);
  expect(met.get(SMALL.NO)).toBeGreaterThan(2000);
  expect(met.get(SMALL.TOO_LARGE)).toBeGreaterThan(1000);
});
