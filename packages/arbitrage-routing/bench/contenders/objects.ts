import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { QuoteBatch } from '../../src/detection/quote-batch.ts';
import { FEE_PPM, LOT, MAX_AGE_MS, TICK } from '../fixtures/quote-stream.ts';

interface PlainQuote {
  readonly venue: string;
  readonly symbol: string;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly receivedMs: number;
}

/** What is written first: an object a quote, maps by name, floats, and every other venue looked at each time. Rows are named by slot. */
export class ObjectDetector {
  opened = 0;
  readonly #rows: readonly InstrumentRow[];
  readonly #books = new Map<string, Map<string, PlainQuote>>();
  readonly #live = new Set<string>();

  constructor(rows: readonly InstrumentRow[]) {
    this.#rows = rows;
  }

  applyQuotes(batch: QuoteBatch, from: number, to: number): void {
    for (let i = from; i < to; i += 1) {
      const row = this.#rows[batch.slots[i] as number] as InstrumentRow;
      const quote: PlainQuote = {
        venue: row.venue,
        symbol: row.symbol,
        bid: (batch.bidTicks[i] as number) * TICK,
        bidSize: (batch.bidLots[i] as number) * LOT,
        ask: (batch.askTicks[i] as number) * TICK,
        askSize: (batch.askLots[i] as number) * LOT,
        receivedMs: (batch.receivedNs[i] as number) / 1e6,
      };
      const book = this.#books.get(quote.symbol) ?? new Map<string, PlainQuote>();
      this.#books.set(quote.symbol, book.set(quote.venue, quote));
      for (const other of book.values()) {
        if (other === quote) continue;
        this.#consider(quote, other, quote.receivedMs);
        this.#consider(other, quote, quote.receivedMs);
      }
    }
  }

  #consider(buy: PlainQuote, sell: PlainQuote, nowMs: number): void {
    const key = `${buy.symbol}|${buy.venue}>${sell.venue}`;
    const isFresh = nowMs - buy.receivedMs <= MAX_AGE_MS && nowMs - sell.receivedMs <= MAX_AGE_MS;
    const profit = Math.min(buy.askSize, sell.bidSize) * (sell.bid * (1 - FEE) - buy.ask * (1 + FEE));
    if (!isFresh || profit <= 0) this.#live.delete(key);
    else if (!this.#live.has(key)) {
      this.#live.add(key);
      this.opened += 1;
    }
  }
}

const FEE = FEE_PPM / 1e6;
