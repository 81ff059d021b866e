import { studentQuantile, type Estimate } from '../feedback/confidence-interval.ts';

/** What the policies in force have saved in replays of the traffic since the start. */
export interface ReplayedGain {
  /** The part of the cost of strict priority that was saved: 0.02 is two per cent; negative where it cost more. With its 95 % interval. */
  readonly saved: Estimate;
  /** Windows of traffic that it comes from. */
  readonly windows: number;
  /** How far, in the mean of all windows, the gain that was expected of the policy in force was from the one that it had. */
  readonly predictionError: number;
}

/**
 * What the policies in force would have cost, window by window, against what strict priority would have: on the same traffic, and each window judged by
 * the policy that was in force before anything was learned from it. So nothing is counted as gained that was only known afterwards.
 *
 * A ratio of sums, because dear windows are what costs money; its interval is that of a ratio estimator over windows (W. G. Cochran, "Sampling Techniques", 6.4).
 * Five sums and no window is kept.
 */
export class ReplayTotals {
  windows = 0;
  #strict = 0;
  #saved = 0;
  #strictSquares = 0;
  #savedSquares = 0;
  #products = 0;
  #errors = 0;

  /**
   * Takes a window in.
   *
   * @param strict What it would have cost under strict priority, above 0.
   * @param inForce What it would have cost under the policy in force.
   * @param expected The part of the cost that this policy was expected to save.
   */
  observe(strict: number, inForce: number, expected: number): void {
    const saved = strict - inForce;
    this.windows += 1;
    this.#strict += strict;
    this.#saved += saved;
    this.#strictSquares += strict * strict;
    this.#savedSquares += saved * saved;
    this.#products += strict * saved;
    this.#errors += Math.abs(expected - saved / strict);
  }

  read(): ReplayedGain {
    const { windows } = this;
    const value = this.#strict > 0 ? this.#saved / this.#strict : 0;
    const predictionError = windows > 0 ? this.#errors / windows : 0;
    if (windows < LEAST_WINDOWS) {
      return { saved: { value, low: -Infinity, high: Infinity, standardError: Infinity }, windows, predictionError };
    }
    const squares = this.#savedSquares - 2 * value * this.#products + value * value * this.#strictSquares;
    const standardError = Math.sqrt((Math.max(0, squares) * windows) / (windows - 1)) / this.#strict;
    const half = studentQuantile(0.975, windows - 1) * standardError;
    return { saved: { value, low: value - half, high: value + half, standardError }, windows, predictionError };
  }
}

/** Of fewer windows the scatter is not known. */
const LEAST_WINDOWS = 8;
