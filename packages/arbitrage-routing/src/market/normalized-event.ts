/** A price level as decimal texts: `[price, size]`; in a delta a size of `'0'` deletes the level. */
export type NormalizedLevel = readonly [price: string, size: string];

/** What every event carries. Other members, such as trade prices, are not read. */
export interface NormalizedHeader {
  readonly venue: string;
  /** This system's clock when it was received, in nanoseconds since 1970: a bigint, or its decimal text. */
  readonly tsRecv: bigint | string;
  /** The venue's own clock when it happened, in the same form. A `LatencyMonitor` and a `SignalDetector` read it; the `ArbitrageDetector` does not trust it. */
  readonly tsEvent?: bigint | string | null | undefined;
}

/** An event of one instrument, in the venue's own spelling of its symbol. */
export interface NormalizedInstrumentHeader extends NormalizedHeader {
  readonly symbol: string;
  /** Events of this stream that were missed right before this one; a book is then unusable until its next snapshot. */
  readonly gapBefore?: number | 'unknown' | undefined;
}

/** Best bid and ask as the venue pushes them. A side may be missing, in price and size together. */
export interface NormalizedQuote extends NormalizedInstrumentHeader {
  readonly type: 'quote';
  readonly bid?: string | null | undefined;
  readonly bidSize?: string | null | undefined;
  readonly ask?: string | null | undefined;
  readonly askSize?: string | null | undefined;
}

/** The whole book; it replaces what was known. Levels come in any order. */
export interface NormalizedSnapshot extends NormalizedInstrumentHeader {
  readonly type: 'book_snapshot';
  readonly bids: readonly NormalizedLevel[];
  readonly asks: readonly NormalizedLevel[];
}

/** Changes of a book, with absolute sizes. */
export interface NormalizedDelta extends NormalizedInstrumentHeader {
  readonly type: 'book_delta';
  readonly bids: readonly NormalizedLevel[];
  readonly asks: readonly NormalizedLevel[];
}

/** A venue that goes away or comes back. `down` clears all its instruments; anything else only moves the clock. */
export interface NormalizedStatus extends NormalizedHeader {
  readonly type: 'status';
  readonly status: string;
}

/**
 * A funding rate of a perpetual contract. Signals read it; for an `ArbitrageDetector` it only moves the clock.
 *
 * Some venues announce what is paid next (`nextFundingNs`), some only publish what was settled at `tsEvent`.
 */
export interface NormalizedFunding extends NormalizedInstrumentHeader {
  readonly type: 'funding';
  /** A fraction of the position's value for one interval: `'0.0001'` is one basis point, paid by who is long. */
  readonly rate: string;
  readonly nextFundingNs?: bigint | string | undefined;
  readonly intervalMinutes?: number | undefined;
}

/** Anything else: a trade, a ticker. It moves the clock and nothing more. */
export interface NormalizedOther extends NormalizedHeader {
  readonly type: 'trade' | 'ticker' | 'order_latency';
}

/** What the detector is fed with by name and text. For the fastest way in, by slot and integer, see `QuoteBatch`. */
export type NormalizedEvent =
  | NormalizedQuote
  | NormalizedSnapshot
  | NormalizedDelta
  | NormalizedStatus
  | NormalizedFunding
  | NormalizedOther;
