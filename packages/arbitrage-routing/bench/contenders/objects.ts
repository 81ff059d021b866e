import { FEE_PPM, type QuoteStream } from '../quote-stream.ts';
import type { Contender } from './slots.ts';

interface PlainQuote {
  readonly venue: string;
  readonly symbol: string;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly receivedMs: number;
}

/** What is written first: an object a quote, maps by name, floats, and every other venue looked at each time. */
export function objects({ rows, rowOf, batch, spanNs }: QuoteStream): Contender {
  const books = new Map<string, Map<string, PlainQuote>>();
  const live = new Set<string>();
  const fee = FEE_PPM / 1e6;
  let opened = 0;
  const consider = (buy: PlainQuote, sell: PlainQuote, nowMs: number): void => {
    const key = `${buy.symbol}|${buy.venue}>${sell.venue}`;
    const isFresh = nowMs - buy.receivedMs <= 10_000 && nowMs - sell.receivedMs <= 10_000;
    const profit = Math.min(buy.askSize, sell.bidSize) * (sell.bid * (1 - fee) - buy.ask * (1 + fee));
    if (!isFresh || profit <= 0) live.delete(key);
    else if (!live.has(key)) {
      live.add(key);
      opened += 1;
    }
  };
  return (from, count, round) => {
    const spanMs = (Number(spanNs) / 1e6) * round;
    for (let i = from; i < from + count; i += 1) {
      const row = rows[rowOf[i] as number] as (typeof rows)[number];
      const quote: PlainQuote = {
        venue: row.venue,
        symbol: row.symbol,
        bid: (batch.bidTicks[i] as number) * 0.01,
        bidSize: (batch.bidLots[i] as number) * 0.001,
        ask: (batch.askTicks[i] as number) * 0.01,
        askSize: (batch.askLots[i] as number) * 0.001,
        receivedMs: spanMs + (batch.receivedNs[i] as number) / 1e6,
      };
      const book = books.get(quote.symbol) ?? new Map<string, PlainQuote>();
      books.set(quote.symbol, book.set(quote.venue, quote));
      for (const other of book.values()) {
        if (other === quote) continue;
        consider(quote, other, quote.receivedMs);
        consider(other, quote, quote.receivedMs);
      }
    }
    return from + count === rowOf.length ? opened : 0;
  };
}
