/** The ways to say one value of a facet: by value, its aliases. An alias that stands under several values means any of them. */
export type FacetEntries = Readonly<Record<string, readonly string[]>>;

/** What is known of a venue. */
export interface VenueEntry {
  /** The group it belongs to: `binance` for Binance's spot, USD-margined and coin-margined engines. Default: the venue itself. */
  readonly family?: string | undefined;
  /** What a plain pair is there, where its symbol does not say: `perp` at BitMEX. Default: `spot`. */
  readonly instrument?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  /** Its own spellings of currencies: `UST` is USDT at Bitfinex. */
  readonly currencies?: Readonly<Record<string, string>> | undefined;
}
