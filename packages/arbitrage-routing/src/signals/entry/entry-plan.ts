/** One order of what a signal would enter, and how its side of the trade is valued. */
export interface EntryLeg {
  readonly slot: number;
  /** Base currency for one unit of the trade, in 1e-18. */
  readonly perUnit: bigint;
  /**
   * What one quote currency of its notional counts in the end, in 1e-18: bought, what it costs with all fees and funding; sold, what it brings
   * after them.
   */
  readonly factor: bigint;
  /** What one base currency is expected to bring (bought) or to cost (sold) when the trade is left: quote currency in 1e-18. */
  readonly exitPrice: bigint;
}

/** What a signal would enter: one leg, or one to buy and one to sell. */
export interface EntryPlan {
  readonly buy?: EntryLeg | undefined;
  readonly sell?: EntryLeg | undefined;
}

/** What a leg takes from its book. */
export interface FilledLeg {
  readonly slot: number;
  readonly side: 'BUY' | 'SELL';
  /** In units of size, 1e-18. */
  readonly units: bigint;
  /** Base currency in 1e-18: rounded down when bought, up when sold, so that rounding never flatters. */
  readonly base: bigint;
  /** Quote currency in 1e-36. */
  readonly notional: bigint;
  /** The worst price that it needs. */
  readonly limit: bigint;
}

/** An entry that is expected to pay. */
export interface Entry {
  readonly buy?: FilledLeg | undefined;
  readonly sell?: FilledLeg | undefined;
  /** After everything, in 1e-54. */
  readonly profit: bigint;
  /** Relative to what is bought, or sold where nothing is bought; floored. */
  readonly edgePpm: bigint;
}

/** Bounds of an entry: a notional in 1e-36, a profit in 1e-54. */
export interface EntryLimits {
  readonly minEdgePpm: bigint;
  readonly minProfit: bigint;
  /** Caps the leg that is bought, or the one that is sold where nothing is bought. */
  readonly maxNotional: bigint | undefined;
}
