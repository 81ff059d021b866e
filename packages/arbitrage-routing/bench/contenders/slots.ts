import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import type { QuoteStream } from '../quote-stream.ts';

/** Plays `count` quotes from the row `from` on; returns how many opportunities opened so far. */
export type Contender = (from: number, count: number, round: number) => number;

/** Ours: integer slots and columns. */
export function slots({ rows, rowOf, batch, spanNs }: QuoteStream): Contender {
  const groups = [...Map.groupBy(rows, ({ base }) => base)];
  const detector = new ArbitrageDetector({
    instruments: rows,
    groups: groups.map(([name, members]) => ({
      name,
      instruments: members.map(({ venue, symbol }) => `${venue}:${symbol}`),
    })),
    maxAgeMs: 10_000,
  });
  const slotOfRow = rows.map(({ venue, symbol }) => detector.slotOf(venue, symbol));
  for (const [i, row] of rowOf.entries()) batch.slots[i] = slotOfRow[row] ?? -1;
  let played = -1;
  let current = batch;
  return (from, count, round) => {
    if (round !== played) {
      played = round;
      current = { ...batch, originNs: batch.originNs + spanNs * BigInt(round) };
    }
    detector.applyQuotes(current, from, from + count);
    return from + count === rowOf.length ? detector.counts().opened : 0;
  };
}
