import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { QuoteBatch } from '../../src/detection/quote-batch.ts';
import { PAIR_FEE_PPM, PAIR_TICK } from '../fixtures/asset-stream.ts';

interface Ticker {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly bid: number;
  readonly ask: number;
}

/**
 * What the usual example of arbitrage between assets does: tickers in objects by symbol, as ccxt gives them, and after each quote Bellman and
 * Ford's search for a cycle whose logarithms of rates add up to less than nothing (Bellman 1958, Ford 1956).
 */
export class BellmanFord {
  /** Quotes after which there was such a cycle. */
  found = 0;
  readonly #rows: readonly InstrumentRow[];
  readonly #tickers: Record<string, Ticker> = {};

  constructor(rows: readonly InstrumentRow[]) {
    this.#rows = rows;
  }

  applyQuotes(batch: QuoteBatch, from: number, to: number): void {
    for (let i = from; i < to; i += 1) {
      const { symbol, base, quote } = this.#rows[batch.slots[i] as number] as InstrumentRow;
      const bid = (batch.bidTicks[i] as number) * PAIR_TICK;
      const ask = (batch.askTicks[i] as number) * PAIR_TICK;
      this.#tickers[symbol] = { symbol, base, quote, bid, ask };
      if (this.#hasCycle()) this.found += 1;
    }
  }

  #hasCycle(): boolean {
    const edges = Object.values(this.#tickers).flatMap(({ base, quote, bid, ask }) => [
      { from: base, to: quote, weight: -Math.log(bid * (1 - FEE)) },
      { from: quote, to: base, weight: Math.log(ask * (1 + FEE)) },
    ]);
    const distance = new Map(edges.map(({ from }) => [from, 0]));
    for (let round = 0; round < distance.size; round += 1) {
      let hasChanged = false;
      for (const { from, to, weight } of edges) {
        const through = (distance.get(from) ?? 0) + weight;
        if (through < (distance.get(to) ?? 0) - TOLERANCE) {
          distance.set(to, through);
          hasChanged = true;
        }
      }
      if (!hasChanged) return false;
    }
    return true;
  }
}

const FEE = PAIR_FEE_PPM / 1e6;
const TOLERANCE = 1e-12;
