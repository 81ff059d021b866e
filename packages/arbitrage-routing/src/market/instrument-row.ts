/**
 * What the detector has to know of an instrument. Decimals are texts.
 *
 * Assets are one across venues exactly where `base` and `quote` of these rows have the same name: `BTC` and `WBTC` are two.
 */
export interface InstrumentRow {
  readonly venue: string;
  /** In the venue's own spelling. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly kind: 'spot' | 'perp' | 'future' | 'option' | 'equity';
  /** Price step: what `QuoteBatch` counts prices in, and orders are checked against. Absent: 1e-18. */
  readonly tickSize?: string | undefined;
  /** Size step, in contracts where the instrument has a `contractValue`. Absent: 1e-18. */
  readonly lotSize?: string | undefined;
  /** Smallest order, in the unit of sizes. Default `'0'`. */
  readonly minQty?: string | undefined;
  /** Smallest order, in quote currency. Default `'0'`. */
  readonly minNotional?: string | undefined;
  /** What one contract is worth: base currency, or quote currency when `inverse`. Absent: sizes are in base currency. */
  readonly contractValue?: string | undefined;
  readonly inverse?: boolean | undefined;
  /** Parts per million of notional; it outweighs the venue's fees. */
  readonly takerFeePpm?: number | undefined;
}

/** The name of an instrument in configuration and in ids: `venue:symbol`. */
export function instrumentKey(venue: string, symbol: string): string {
  return `${venue}:${symbol}`;
}
