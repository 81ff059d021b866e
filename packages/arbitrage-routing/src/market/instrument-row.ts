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
  /**
   * What one contract is worth: base currency; quote currency when `inverse`; when `quanto`, what it gains of the asset in which it settles
   * while the price rises by one. Absent: sizes are in base currency.
   */
  readonly contractValue?: string | undefined;
  readonly inverse?: boolean | undefined;
  /** Settled in an asset that is neither base nor quote: it needs a `contractValue` and a `settlementInstrument`. Signals alone understand it. */
  readonly quanto?: boolean | undefined;
  /** Of a quanto contract: the key `venue:symbol` of what prices the asset in which it settles, in this contract's quote currency. */
  readonly settlementInstrument?: string | undefined;
  /** Parts per million of notional; it outweighs the venue's fees. */
  readonly takerFeePpm?: number | undefined;
  /** The same for orders that rest. Default: the venue's, and without one the taker's. Read by signals that leave with resting orders. */
  readonly makerFeePpm?: number | undefined;
  /** What a venue takes when a dated contract settles, in parts per million of notional. Default 0. */
  readonly settlementFeePpm?: number | undefined;
  /** When a dated contract settles: milliseconds since 1970. */
  readonly expiryMs?: number | undefined;
  /** How often a perpetual contract pays funding, where its events do not say. Whole minutes, 1 to 525,600. */
  readonly fundingIntervalMinutes?: number | undefined;
}

/** The name of an instrument in configuration and in ids: `venue:symbol`. */
export function instrumentKey(venue: string, symbol: string): string {
  return `${venue}:${symbol}`;
}
