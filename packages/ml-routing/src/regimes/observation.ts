/**
 * What one instrument did during one observation, gathered tick by tick: the range of its price, its spread and depth, its trades.
 *
 * All figures are in one array, so that a tick makes no object, and a snapshot is a copy of it. Nothing in it is ever infinite or NaN: whoever
 * adds a tick has looked at it. Workload: one `quote` or `trade` per tick, 10 ns; read and begun anew once per observation.
 */
export class Observation {
  readonly values: Float64Array<ArrayBuffer> = new Float64Array(OBSERVATION_SIZE);

  /** A quote with two sides; `spread` relative to the price, `depth` the size at the best prices of both sides. */
  quote(price: number, spread: number, depth: number): void {
    const { values } = this;
    this.#price(price);
    values[QUOTES] = (values[QUOTES] as number) + 1;
    values[SPREAD] = (values[SPREAD] as number) + spread;
    values[DEPTH] = (values[DEPTH] as number) + depth;
  }

  /** A trade; `sign` is 1 for a buyer who took liquidity, -1 for a seller, 0 where nobody knows. */
  trade(size: number, sign: number): void {
    const { values } = this;
    values[TRADES] = (values[TRADES] as number) + 1;
    values[VOLUME] = (values[VOLUME] as number) + size;
    values[SIGNED] = (values[SIGNED] as number) + sign * size;
  }

  /** The price of a trade, where there are no quotes to take a mid price from. */
  tradedAt(price: number): void {
    this.#price(price);
  }

  /** The next one: what was the last price is where it begins. */
  begin(): void {
    const { values } = this;
    const last = values[CLOSE] as number;
    values.fill(0);
    values[HIGH] = last;
    values[LOW] = last;
    values[CLOSE] = last;
  }

  /** Forgets the price too: what comes next is not compared with what was before. */
  forget(): void {
    this.values.fill(0);
  }

  #price(price: number): void {
    const { values } = this;
    if (price > (values[HIGH] as number)) values[HIGH] = price;
    if (price < (values[LOW] as number) || values[LOW] === 0) values[LOW] = price;
    values[CLOSE] = price;
  }
}

/** Places of the figures. Prices are 0 before the first one. */
export const HIGH = 0;
export const LOW = 1;
export const CLOSE = 2;
export const QUOTES = 3;
/** Sums over the quotes. */
export const SPREAD = 4;
export const DEPTH = 5;
export const TRADES = 6;
export const VOLUME = 7;
/** Bought minus sold. */
export const SIGNED = 8;
export const OBSERVATION_SIZE = 9;
