import type { Random } from '@tradewind/core-types';
import { exponential } from './variates.ts';

/** How often events come, and how much one brings others about. */
export interface HawkesParameters {
  /** Events per second when nothing excites the process; greater than zero. */
  readonly baseRate: number;
  /** How many events one event brings about on average, from 0 to below 1: from 1 on it would explode. */
  readonly branchingRatio: number;
  /** How fast excitement fades, per second: 20 means that after 50 ms a third of it is left. */
  readonly decayRate: number;
}

/**
 * Arrivals that come in bursts, as orders at an exchange do: a Hawkes process with an exponential kernel,
 * `intensity(t) = baseRate + sum over past events of branchingRatio * decayRate * exp(-decayRate * (t - event))`.
 *
 * Exact, by thinning (Y. Ogata, "On Lewis' simulation method for point processes", IEEE Transactions on Information Theory, 1981):
 * between events the intensity only falls, so its present value bounds it.
 */
export class HawkesProcess {
  readonly #parameters: HawkesParameters;
  readonly #random: Random;
  /** The part of the intensity that past events caused, per second, as of `#atSeconds`. */
  #excitement = 0;
  #atSeconds = 0;

  constructor(parameters: HawkesParameters, random: Random) {
    if (
      !(parameters.baseRate > 0) ||
      !(parameters.branchingRatio >= 0 && parameters.branchingRatio < 1) ||
      !(parameters.decayRate > 0)
    ) {
      throw new RangeError(
        `Expected baseRate > 0, branchingRatio from 0 to below 1 and decayRate > 0; received ${JSON.stringify(parameters)}.`,
      );
    }
    this.#parameters = parameters;
    this.#random = random;
  }

  /** Events per second at a moment, not before the last event. */
  intensityAt(seconds: number): number {
    const fading = Math.exp(-this.#parameters.decayRate * (seconds - this.#atSeconds));
    return this.#parameters.baseRate + this.#excitement * fading;
  }

  /** The time of the next event after the last one, in seconds; it counts as happened. */
  next(): number {
    let seconds = this.#atSeconds;
    for (;;) {
      const bound = this.intensityAt(seconds);
      seconds += exponential(this.#random) / bound;
      if (this.#random.next() * bound <= this.intensityAt(seconds)) break;
    }
    this.#advance(seconds);
    this.#excitement += this.#parameters.branchingRatio * this.#parameters.decayRate;
    return seconds;
  }

  /** News from outside: adds so many events to be expected, spread over the next moments. Not before the last event. */
  excite(seconds: number, expectedEvents: number): void {
    if (seconds > this.#atSeconds) this.#advance(seconds);
    this.#excitement += expectedEvents * this.#parameters.decayRate * (1 - this.#parameters.branchingRatio);
  }

  #advance(seconds: number): void {
    this.#excitement *= Math.exp(-this.#parameters.decayRate * (seconds - this.#atSeconds));
    this.#atSeconds = seconds;
  }
}
