/**
 * How many handlers run at once: as it was given, or as it is seen.
 *
 * A client says nothing of its workers, and it may have one or fifty. But a message that starts while others run proves a worker for each of them. So what is seen
 * grows at once, with the start that proves it, and goes back by one after 4,096 starts in which fewer ran at a time: too few workers would be imagined to keep
 * messages waiting that nobody held up in reality. Workers that never run together are not seen, and nothing ever waits for them either.
 *
 * O(1) an event, nothing allocated.
 */
export class Concurrency {
  /** Workers there are, as far as is known: 1 to 50. */
  workers: number;
  /** Whether it was given, and so never changes. */
  readonly isGiven: boolean;
  #running = 0;
  #peak = 0;
  #starts = 0;

  /** `given`: how many workers there are, 1 to 50; undefined where that is to be seen. */
  constructor(given: number | undefined) {
    this.isGiven = given !== undefined;
    this.workers = given ?? 1;
  }

  /** A message's handlers begin. True when that shows one more worker than was known. */
  started(): boolean {
    if (this.isGiven) return false;
    this.#running += 1;
    this.#starts += 1;
    if (this.#running > this.#peak) this.#peak = this.#running;
    if (this.#starts >= PERIOD) {
      if (this.#peak < this.workers) this.workers -= 1;
      this.#starts = 0;
      this.#peak = this.#running;
    }
    if (this.#running <= this.workers || this.workers >= MOST_WORKERS) return false;
    this.workers += 1;
    return true;
  }

  /** The handlers of a message that had started have ended. */
  ended(): void {
    if (this.#running > 0) this.#running -= 1;
  }

  /** Nothing that runs is known any longer; how many workers there are is. */
  forget(): void {
    this.#running = 0;
    this.#peak = 0;
    this.#starts = 0;
  }
}

/** As many as a client can have. */
export const MOST_WORKERS = 50;
const PERIOD = 4_096;
