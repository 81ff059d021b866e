/** The side of a book that somebody who sells takes. */
export const BID = 0;
/** The side of a book that somebody who buys takes. */
export const ASK = 1;
/** A side of a book. */
export type Side = typeof BID | typeof ASK;

/** Levels as the exact decision reads them: best first, prices and base-currency sizes in units of 1e-18. */
export interface LevelSource {
  /** How many levels a side has. */
  depth(slot: number, side: Side): number;
  /** The price of a level, 0 being the best; only below `depth`. */
  price(slot: number, side: Side, level: number): bigint;
  /** The size of a level; only below `depth`. */
  size(slot: number, side: Side, level: number): bigint;
}
