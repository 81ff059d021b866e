/**
 * The last 32 returns of one instrument, one per observation, and what their shape says: does the price go somewhere, or to and fro?
 *
 * Efficiency ratio over n returns (Kaufman 1995): |sum| / sum of sizes; times the root of n, so that a random walk gives about the same for every n.
 * Range ratio: highest minus lowest point of the path over what a random walk of that volatility would span. Autocorrelation at lag 1.
 * All of them are of ratios of returns: neither the price nor its volatility matters.
 *
 * Workload: once per observation, one pass over 32 numbers, 100 ns.
 */
export class PricePath {
  /** The returns in a circle, then the place of the next one and how many there are. */
  readonly values: Float64Array<ArrayBuffer> = new Float64Array(PATH_SIZE);
  /** What the last `measure` found. */
  readonly shape: Float64Array<ArrayBuffer> = new Float64Array(SHAPE_SIZE);
  /** 1 where the longest window went up, -1 where it went down. */
  direction = 0;

  add(logReturn: number): void {
    const { values } = this;
    const at = values[PATH_NEXT] as number;
    values[at] = logReturn;
    values[PATH_NEXT] = at + 1 < PATH_RETURNS ? at + 1 : 0;
    const count = values[PATH_COUNT] as number;
    values[PATH_COUNT] = count < PATH_RETURNS ? count + 1 : PATH_RETURNS;
  }

  forget(): void {
    this.values.fill(0);
  }

  measure(): void {
    const { values, shape } = this;
    const known = values[PATH_COUNT] as number;
    let at = values[PATH_NEXT] as number;
    let net = 0;
    let high = 0;
    let low = 0;
    let sizes = 0;
    let squares = 0;
    let products = 0;
    let later = 0;
    let window = 0;
    for (let n = 1; n <= known; n += 1) {
      at = at === 0 ? PATH_RETURNS - 1 : at - 1;
      const each = values[at] as number;
      net += each;
      if (net > high) high = net;
      if (net < low) low = net;
      sizes += Math.abs(each);
      squares += each * each;
      products += each * later;
      later = each;
      if (n !== 8 && n !== 16 && n !== 32) continue;
      const root = Math.sqrt(n);
      shape[window] = sizes > 0 ? (root * Math.abs(net)) / sizes : NEUTRAL_EFFICIENCY;
      shape[WINDOWS + window] = squares > 0 ? (high - low) / Math.sqrt(squares) : NEUTRAL_RANGE;
      shape[2 * WINDOWS + window] = squares > 0 ? products / squares : 0;
      window += 1;
    }
    this.direction = net > 0 ? 1 : net < 0 ? -1 : 0;
    for (; window < WINDOWS; window += 1) {
      shape[window] = NEUTRAL_EFFICIENCY;
      shape[WINDOWS + window] = NEUTRAL_RANGE;
      shape[2 * WINDOWS + window] = 0;
    }
  }
}

const PATH_RETURNS = 32;
export const PATH_NEXT = 32;
export const PATH_COUNT = 33;
export const PATH_SIZE = 34;
/** Windows of 8, 16 and 32 returns. */
const WINDOWS = 3;
export const SHAPE_SIZE: number = 3 * WINDOWS;
/** What a random walk gives, until a window is full. */
const NEUTRAL_EFFICIENCY = 1;
const NEUTRAL_RANGE = 1.5;
