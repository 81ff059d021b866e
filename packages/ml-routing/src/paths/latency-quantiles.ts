/** The levels that are followed. */
export const QUANTILES = [0.5, 0.9, 0.95, 0.99] as const;
export type QuantileLevel = (typeof QUANTILES)[number];

/**
 * How many spreads above its prediction a latency lies in half, 90, 95 and 99 of 100 cases, by path.
 *
 * A figure that was exceeded goes up by a step, otherwise it goes down by so much less that the two balance where it is exceeded as often as
 * it should be. So the share of exceedances over a long run is right whatever the latencies are like, drift included (adaptive conformal
 * inference: I. Gibbs and E. Candès 2021; the step is Robbins and Monro's). No distribution is assumed.
 */
export class LatencyQuantiles {
  /** In spreads, by path and level. */
  readonly above: Float64Array<ArrayBuffer>;

  constructor(paths: number) {
    this.above = new Float64Array(paths * QUANTILES.length);
    for (let path = 0; path < paths; path += 1) this.reset(path);
  }

  reset(path: number): void {
    this.above.set(NORMAL, path * QUANTILES.length);
  }

  /** In spreads above the prediction. */
  at(path: number, level: QuantileLevel): number {
    return this.above[path * QUANTILES.length + QUANTILES.indexOf(level)] as number;
  }

  /** A latency was so many spreads above its prediction. */
  observe(path: number, surprise: number): void {
    const from = path * QUANTILES.length;
    for (let i = 0; i < QUANTILES.length; i += 1) {
      const value = this.above[from + i] as number;
      const level = QUANTILES[i] as number;
      // Where the tail is long the steps are: it would take too many otherwise.
      const step = STEP * (value > 1 ? value : 1);
      const next = surprise > value ? value + step * level : value - step * (1 - level);
      this.above[from + i] = next < GREATEST ? next : GREATEST;
    }
  }
}

/** Of the standard normal distribution: where they begin. */
const NORMAL = [0, 1.282, 1.645, 2.326];
const STEP = 0.15;
const GREATEST = 1e6;
