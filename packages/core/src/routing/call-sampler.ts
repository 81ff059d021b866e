import type { HistogramView } from '@tradewind/core-types';

/**
 * Decides which calls of a plugin are timed, and when it is too slow.
 *
 * Two clock reads cost more than many a plugin: so one call of 64 is timed. A single slow sample may be a garbage collection;
 * it makes the next calls be timed too, and only three slow ones in a row are an overrun.
 */
export class CallSampler {
  readonly #budgetMs: number;
  readonly #counts = new Float64Array(UPPER_BOUNDS_SECONDS.length);
  #sumSeconds = 0;
  /** The first calls are timed, so that a plugin that blocks is found at once. */
  #callsUntilSample = 1;
  #slowInARow = 0;

  constructor(budgetMicros: number) {
    this.#budgetMs = budgetMicros / 1_000;
  }

  /** Durations of the timed calls, in seconds. */
  get histogram(): HistogramView {
    return { upperBounds: UPPER_BOUNDS_SECONDS, counts: this.#counts, sum: this.#sumSeconds };
  }

  /** Whether this call is to be timed. To be asked once per call. */
  isDue(): boolean {
    this.#callsUntilSample -= 1;
    return this.#callsUntilSample <= 0;
  }

  /** Takes the duration of a timed call. True: the budget is overrun for good, until a timed call keeps it again. */
  overran(elapsedMs: number): boolean {
    this.#record(elapsedMs / 1_000);
    if (elapsedMs <= this.#budgetMs) {
      this.#slowInARow = 0;
      this.#callsUntilSample = SAMPLE_EVERY;
      return false;
    }
    this.#slowInARow += 1;
    this.#callsUntilSample = 1;
    return this.#slowInARow >= SLOW_IN_A_ROW;
  }

  #record(seconds: number): void {
    let bucket = 0;
    while (seconds > (UPPER_BOUNDS_SECONDS[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }
}

const SAMPLE_EVERY = 64;
const SLOW_IN_A_ROW = 3;
const UPPER_BOUNDS_SECONDS = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 1e-3, 1e-2, Infinity] as const;
