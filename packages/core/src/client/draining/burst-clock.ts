import type { Clock } from '@tradewind/core-types';

/**
 * Reads a clock once for a burst.
 *
 * Workload: a million messages a second, each of which wants to know the time when it is published and when it starts, against 50 to 80 ns
 * a clock read. In a tight loop neighbours are less than a microsecond apart; so up to 16 of them share a reading, as long as the last
 * readings show that it really is a tight loop. Whoever uses {@link recent} makes sure that {@link read} or {@link expire} is called before
 * the event loop goes on.
 */
export class BurstClock {
  /** The last reading, in milliseconds since the epoch. */
  nowMs: number;
  readonly #clock: Clock;
  #left = 0;
  #run = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.nowMs = clock.now();
  }

  /** The exact time; begins a burst. */
  read(): number {
    this.nowMs = this.#clock.now();
    this.#left = 0;
    this.#run = 0;
    return this.nowMs;
  }

  /** The time, at most 15 calls old within a tight loop; exact otherwise. */
  recent(): number {
    if (this.#left > 0) {
      this.#left -= 1;
      return this.nowMs;
    }
    const nowMs = this.#clock.now();
    this.#run = nowMs - this.nowMs < TIGHT_MS ? Math.min(this.#run * 2 + 1, MAX_RUN) : 0;
    this.#left = this.#run;
    this.nowMs = nowMs;
    return nowMs;
  }

  /** Ends a burst: the next reading is exact. */
  expire(): void {
    this.#left = 0;
    this.#run = 0;
  }
}

/** Up to 16 calls within 30 microseconds are a tight loop. */
const TIGHT_MS = 0.03;
const MAX_RUN = 15;
