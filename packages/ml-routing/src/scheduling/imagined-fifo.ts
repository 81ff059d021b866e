import type { Concurrency } from './concurrency.ts';

/**
 * How long messages would wait if all were served in order of arrival.
 *
 * The wait under first-in first-out is the work that is unfinished when a message comes, and that is known without replaying anything: each arrival
 * adds its expected service time unless it would expire first, and time takes away what the workers do (D. V. Lindley, "The theory of
 * queues with a single server", Proceedings of the Cambridge Philosophical Society 1952; with several workers it is an approximation).
 *
 * The stamp of an arrival may come from another machine's clock. One that turns out to have been ahead is taken back at the next event whose time is certain.
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
  readonly #concurrency: Pick<Concurrency, 'workers'>;
  /** The work at `sinceMs`, the last moment that was certain, and what came after it. */
  #takenInMs = 0;
  #sinceMs = 0;

  constructor(concurrency: Pick<Concurrency, 'workers'>) {
    this.#concurrency = concurrency;
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
    const { workers } = this.#concurrency;
    const elapsedMs = nowMs - this.atMs;
    if (elapsedMs > 0 && elapsedMs < Infinity) {
      this.workMs = Math.max(0, this.workMs - elapsedMs * workers);
      this.atMs = nowMs;
    }
    const waitMs = this.workMs / workers;
    this.waits = this.waits * LATELY + waitMs;
    this.squares = this.squares * LATELY + waitMs * waitMs;
    this.serviceMs += SERVICE_RATE * (serviceMs - this.serviceMs);
    this.peakMs = Math.max(waitMs, this.peakMs * REMEMBERED, (LEAST_SERVICES * this.serviceMs) / workers);
    if (waitMs >= allowanceMs) return;
    this.workMs += serviceMs;
    this.#takenInMs += serviceMs;
  }

  /** It is certainly so late: no message can have come later. */
  passed(nowMs: number): void {
    if (!Number.isFinite(nowMs)) return;
    if (this.atMs > nowMs) {
      const doneMs = Math.max(0, nowMs - this.#sinceMs) * this.#concurrency.workers;
      this.workMs = Math.max(this.workMs, this.#takenInMs - doneMs);
      this.atMs = nowMs;
    }
    this.#takenInMs = this.workMs;
    this.#sinceMs = this.atMs;
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
