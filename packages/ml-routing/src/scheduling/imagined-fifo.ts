/**
 * How long messages would wait if all were served in order of arrival.
 *
 * The wait under first-in first-out is the work that is unfinished when a message comes, and that is known without replaying anything: each arrival
 * adds its expected service time unless it would expire first, and time takes away what the workers do (D. V. Lindley, "The theory of
 * queues with a single server", Proceedings of the Cambridge Philosophical Society 1952; with several workers it is an approximation).
 *
 * O(1) an event, nothing allocated.
 */
export class ImaginedFifo {
  /** The longest wait so far, in milliseconds; half of it is forgotten in about 700,000 arrivals. */
  peakMs = 0;
  /** Unfinished work, in milliseconds of one worker, at `atMs`. */
  workMs = 0;
  atMs = 0;
  /** What a message takes on average, in milliseconds. */
  serviceMs = 0;
  /** Waits of the last messages, and their squares, each weighing less than the one after it. */
  waits = 0;
  squares = 0;
  readonly #workers: number;

  constructor(workers: number) {
    this.#workers = workers;
  }

  /**
   * How long messages wait when it matters, in milliseconds: the mean wait of a millisecond of waiting, rather than of a message. It does not depend
   * on what any scheduler does, so whoever goes by it does not chase his own tail.
   */
  get typicalMs(): number {
    return this.waits > 0 ? this.squares / this.waits : 0;
  }

  /** A message came, whose topic takes so long and which may wait so long, in milliseconds. */
  arrived(nowMs: number, serviceMs: number, allowanceMs: number): void {
    const elapsedMs = nowMs - this.atMs;
    if (elapsedMs > 0) {
      this.workMs = Math.max(0, this.workMs - elapsedMs * this.#workers);
      this.atMs = nowMs;
    }
    const waitMs = this.workMs / this.#workers;
    this.waits = this.waits * LATELY + waitMs;
    this.squares = this.squares * LATELY + waitMs * waitMs;
    this.serviceMs += SERVICE_RATE * (serviceMs - this.serviceMs);
    this.peakMs = Math.max(waitMs, this.peakMs * REMEMBERED, (LEAST_SERVICES * this.serviceMs) / this.#workers);
    if (waitMs < allowanceMs) this.workMs += serviceMs;
  }

  /** A message ended that took so long, where so much had been expected: there is that much more or less to do. */
  ended(servedMs: number, expectedMs: number): void {
    if (servedMs >= 0 && servedMs < LONGEST_MS) this.workMs = Math.max(0, this.workMs + servedMs - expectedMs);
  }
}

const REMEMBERED = 1 - 1e-6;
const LATELY = 1 - 1 / 8_192;
/** Before a peak was seen, waits of so many services are nothing to worry about. */
const LEAST_SERVICES = 40;
const SERVICE_RATE = 1 / 256;
/** A longer service is a fault of the clock. */
const LONGEST_MS = 60_000;
