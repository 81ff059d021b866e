import type { LevelSource } from '../market/levels.ts';
import type { PlannedLeg } from '../lifecycle/planned-leg.ts';
import { availableWithin } from './available-within.ts';

/** A forecast whose outcome is waited for. */
export interface Trial {
  readonly key: string;
  readonly features: Float64Array;
  /** What was forecast. */
  readonly probability: number;
  readonly legs: readonly PlannedLeg[];
  /** Legs whose moment has not come. */
  pending: number;
  /** Whether all legs so far found what they asked for. */
  isWhole: boolean;
}

interface Arrival {
  readonly atMs: number;
  readonly leg: number;
  readonly trial: Trial;
}

/**
 * Forecasts in the order in which their orders would arrive.
 *
 * Workload: a handful of live opportunities, each with some forecasts a tenth of a second apart; the queue is short and mostly appended to, so that a
 * sorted array beats a heap. It has a bound; what does not fit is not learned from, and counted.
 */
export class TrialQueue {
  readonly #levels: LevelSource;
  readonly #onOutcome: (trial: Trial) => void;
  readonly #arrivals: Arrival[] = [];
  #dropped = 0;

  constructor(levels: LevelSource, onOutcome: (trial: Trial) => void) {
    this.#levels = levels;
    this.#onOutcome = onOutcome;
  }

  /** How many forecasts found no room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many arrivals are waited for. */
  get size(): number {
    return this.#arrivals.length;
  }

  /** Adds a forecast; the k-th moment is when the k-th leg would arrive. */
  add(trial: Trial, atMs: readonly number[]): void {
    if (this.#arrivals.length + atMs.length > MAX_ARRIVALS) {
      this.#dropped += 1;
      return;
    }
    for (const [leg, at] of atMs.entries()) {
      let place = this.#arrivals.length;
      while (place > 0 && (this.#arrivals[place - 1] as Arrival).atMs > at) place -= 1;
      this.#arrivals.splice(place, 0, { atMs: at, leg, trial });
    }
  }

  /** Judges what arrives before a moment by the books as they are: call it before the event of that moment is applied. */
  settle(nowMs: number): void {
    let done = 0;
    while (done < this.#arrivals.length && (this.#arrivals[done] as Arrival).atMs < nowMs) {
      const { trial, leg } = this.#arrivals[done] as Arrival;
      done += 1;
      const planned = trial.legs[leg] as PlannedLeg;
      if (availableWithin(this.#levels, planned) < planned.quantity) trial.isWhole = false;
      trial.pending -= 1;
      if (trial.pending === 0) this.#onOutcome(trial);
    }
    if (done > 0) this.#arrivals.splice(0, done);
  }
}

const MAX_ARRIVALS = 16_384;
