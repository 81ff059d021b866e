import { studentQuantile, type Estimate } from '../feedback/confidence-interval.ts';
import { LEAST_WINDOWS } from './paired-costs.ts';

/**
 * The part of a cost that another way of doing saves, of pairs of costs of the same traffic.
 *
 * A ratio of sums, because dear windows are what costs money; its interval is that of a ratio estimator over windows (W. G. Cochran, "Sampling Techniques", 6.4).
 * Five sums and no window is kept.
 */
export class PairedRatio {
  windows = 0;
  #reference = 0;
  #saved = 0;
  #referenceSquares = 0;
  #savedSquares = 0;
  #products = 0;

  /**
   * Takes a window in.
   *
   * @param reference What it would have cost under what is compared with, above 0.
   * @param own What it would have cost otherwise.
   */
  observe(reference: number, own: number): void {
    const saved = reference - own;
    this.windows += 1;
    this.#reference += reference;
    this.#saved += saved;
    this.#referenceSquares += reference * reference;
    this.#savedSquares += saved * saved;
    this.#products += reference * saved;
  }

  /** The part that was saved, 0 before the first window; the interval is without bounds below 8 windows, of which the scatter is not known. */
  read(): Estimate {
    const { windows } = this;
    const value = this.#reference > 0 ? this.#saved / this.#reference : 0;
    if (windows < LEAST_WINDOWS) return { value, low: -Infinity, high: Infinity, standardError: Infinity };
    const squares = this.#savedSquares - 2 * value * this.#products + value * value * this.#referenceSquares;
    const standardError = Math.sqrt((Math.max(0, squares) * windows) / (windows - 1)) / this.#reference;
    const half = studentQuantile(0.975, windows - 1) * standardError;
    return { value, low: value - half, high: value + half, standardError };
  }
}
