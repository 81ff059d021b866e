import type { DetectorOptions } from '../src/detection/detector-options.ts';
import type { InstrumentRow } from '../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedLevel, NormalizedQuote } from '../src/market/normalized-event.ts';

export const START_NS = 1_723_161_254_000_000_000n;

/** A spot instrument BTCUSDT of a venue, with a fee of 0.1 %. */
export function btcRow(venue: string, overrides: Partial<InstrumentRow> = {}): InstrumentRow {
  return {
    venue,
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    kind: 'spot',
    tickSize: '0.01',
    lotSize: '0.001',
    minQty: '0.001',
    minNotional: '5',
    takerFeePpm: 1000,
    ...overrides,
  };
}

/** One group of all rows. */
export function oneGroup(rows: readonly InstrumentRow[], overrides: Partial<DetectorOptions> = {}): DetectorOptions {
  return {
    instruments: rows,
    groups: [{ name: 'BTC', instruments: rows.map((row) => `${row.venue}:${row.symbol}`) }],
    ...overrides,
  };
}

export interface QuoteTexts {
  readonly bid: NormalizedLevel | undefined;
  readonly ask: NormalizedLevel | undefined;
  /** After the start. */
  readonly atMs: number;
  readonly symbol?: string;
}

export function quote(venue: string, { bid, ask, atMs, symbol = 'BTCUSDT' }: QuoteTexts): NormalizedQuote {
  return {
    type: 'quote',
    venue,
    symbol,
    tsRecv: at(atMs),
    bid: bid?.[0],
    bidSize: bid?.[1],
    ask: ask?.[0],
    askSize: ask?.[1],
  };
}

export interface BookTexts {
  readonly bids: readonly NormalizedLevel[];
  readonly asks: readonly NormalizedLevel[];
  readonly atMs: number;
  readonly gapBefore?: number | 'unknown';
}

export function snapshot(venue: string, { bids, asks, atMs }: BookTexts): NormalizedEvent {
  return { type: 'book_snapshot', venue, symbol: 'BTCUSDT', tsRecv: at(atMs), bids, asks };
}

export function delta(venue: string, { bids, asks, atMs, gapBefore }: BookTexts): NormalizedEvent {
  return { type: 'book_delta', venue, symbol: 'BTCUSDT', tsRecv: at(atMs), bids, asks, gapBefore };
}

export function at(ms: number): bigint {
  return START_NS + BigInt(Math.round(ms * 1e6));
}
