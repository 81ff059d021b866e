import type { LanesView, Priority } from '@tradewind/core-types';

/**
 * Sees to it that no message waits much longer than it would have if all were served in order of arrival.
 *
 * The wait under first-in first-out is the work that is unfinished when a message comes, and that is known without replaying anything: each arrival
 * adds its expected service time unless it would expire first, and time takes away what the workers do (D. V. Lindley, "The theory of
 * queues with a single server", 1952; with several workers it is an approximation). The longest such wait, slowly forgotten, is
 * the measure: a message older than `factor` times that gets every eighth pick, so that the rest is not held up by a lane that has fallen behind as a
 * whole; one older than 1.12 times as much gets every pick.
 *
 * O(1) an arrival and a pick.
 */
export class Ageing {
  /** The longest wait that first-in first-out would have had lately, in milliseconds. */
  peakMs = 0;
  /** Unfinished work of the imagined first-in first-out queue, in milliseconds of one worker, at `atMs`. */
  workMs = 0;
  atMs = 0;
  /** What a message takes on average, in milliseconds. */
  serviceMs = 0;
  readonly #workers: number;
  readonly #factor: number;
  /** Picks since the last one that was decided here. */
  picksSince = 0;

  constructor(options: { readonly workers: number; readonly factor: number }) {
    this.#workers = options.workers;
    this.#factor = options.factor;
  }

  /** A message came, whose topic takes so long and which may wait so long, in milliseconds. */
  arrived(nowMs: number, serviceMs: number, allowanceMs: number): void {
    const elapsedMs = nowMs - this.atMs;
    if (elapsedMs > 0) {
      this.workMs = Math.max(0, this.workMs - elapsedMs * this.#workers);
      this.atMs = nowMs;
    }
    const waitMs = this.workMs / this.#workers;
    this.serviceMs += SERVICE_RATE * (serviceMs - this.serviceMs);
    this.peakMs = Math.max(waitMs, this.peakMs * REMEMBERED, (LEAST_SERVICES * this.serviceMs) / this.#workers);
    if (waitMs < allowanceMs) this.workMs += serviceMs;
  }

  /** A message ended that took so long, where so much had been expected: the imagined queue has that much more or less to do. */
  ended(servedMs: number, expectedMs: number): void {
    if (servedMs >= 0 && servedMs < LONGEST_MS) this.workMs = Math.max(0, this.workMs + servedMs - expectedMs);
  }

  /** A lane whose oldest runnable message has waited too long, the oldest of all; -1 when there is none, or it is not its turn. */
  overdue(lanes: LanesView, nowMs: number): Priority | -1 {
    let oldestMs = 0;
    let oldest: Priority | -1 = -1;
    for (let lane = 0; lane < LANES; lane += 1) {
      const priority = lane as Priority;
      if (lanes.runnable(priority) === 0) continue;
      const ageMs = nowMs - lanes.arrivedAtMs(priority, 0);
      if (ageMs > oldestMs && ageMs < Infinity) {
        oldestMs = ageMs;
        oldest = priority;
      }
    }
    const limitMs = this.#factor * this.peakMs;
    this.picksSince += 1;
    if (oldestMs <= limitMs) return -1;
    if (oldestMs <= HARD * limitMs && this.picksSince < SHARE) return -1;
    this.picksSince = 0;
    return oldest;
  }
}

const LANES = 4;
/** Half of it is forgotten in about 70,000 arrivals. */
const REMEMBERED = 1 - 1e-5;
const HARD = 1.12;
const SHARE = 8;
/** Before a peak was seen, waits of so many services are nothing to worry about. */
const LEAST_SERVICES = 100;
/** A longer service is a fault of the clock. */
const LONGEST_MS = 60_000;
const SERVICE_RATE = 1 / 256;
