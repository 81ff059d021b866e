import type { Estimate } from '../feedback/confidence-interval.ts';
import { PairedRatio } from './paired-ratio.ts';

/** What the policies in force have saved in replays of the traffic since the start. */
export interface ReplayedGain {
  /** The part of the cost of strict priority that was saved: 0.02 is two per cent; negative where it cost more. With its 95 % interval. */
  readonly saved: Estimate;
  /** Windows of traffic that it comes from. */
  readonly windows: number;
  /** How far, in the mean of all windows, the gain that was expected of the policy in force was from the one that it had. */
  readonly predictionError: number;
}

/** The same, over the scheduler that was given as `baseline`. */
export interface BaselineGain {
  /** The name of that scheduler. */
  readonly baseline: string;
  /** The part of its cost that was saved: 0.02 is two per cent; negative where the policies in force cost more. With its 95 % interval. */
  readonly saved: Estimate;
  /** Windows of traffic that it comes from. */
  readonly windows: number;
}

/**
 * What the policies in force would have cost, window by window, against what strict priority would have: on the same traffic, and each window judged by
 * the policy that was in force before anything was learned from it. So nothing is counted as gained that was only known afterwards.
 */
export class ReplayTotals {
  readonly #ratio = new PairedRatio();
  #errors = 0;

  /**
   * Takes a window in.
   *
   * @param strict What it would have cost under strict priority, above 0.
   * @param inForce What it would have cost under the policy in force.
   * @param expected The part of the cost that this policy was expected to save.
   */
  observe(strict: number, inForce: number, expected: number): void {
    this.#ratio.observe(strict, inForce);
    this.#errors += Math.abs(expected - (strict - inForce) / strict);
  }

  read(): ReplayedGain {
    const { windows } = this.#ratio;
    return { saved: this.#ratio.read(), windows, predictionError: windows > 0 ? this.#errors / windows : 0 };
  }
}
