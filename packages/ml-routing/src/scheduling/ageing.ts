import type { LanesView, Priority } from '@tradewind/core-types';
import type { TopicBook } from './topic-book.ts';

/**
 * Sees to it that no message waits much longer than it would have if all were served in order of arrival, as far as that is affordable.
 *
 * The wait under first-in first-out is the work that is unfinished when a message comes, and that is known without replaying anything: each arrival
 * adds its expected service time unless it would expire first, and time takes away what the workers do (D. V. Lindley, "The theory of
 * queues with a single server", 1952; with several workers it is an approximation). The longest such wait, slowly forgotten, is
 * the measure: a message older than `factor` times that gets every eighth pick, so that the rest is not held up by a lane that has fallen behind as a
 * whole; one older than 1.12 times as much gets every pick.
 *
 * That costs what it delays, and a few such picks in a burst can cost more than all the rest of an hour. So there is a budget: 1 % of
 * everything that waiting has cost so far, and half of what the policies in force are known to save. When it is spent, only a message half as old again as
 * the limit is served for its age.
 *
 * O(1) an event and a pick.
 */
export class Ageing {
  /** The longest wait that first-in first-out would have had lately, in milliseconds. */
  peakMs = 0;
  /** Unfinished work of the imagined first-in first-out queue, in milliseconds of one worker, at `atMs`. */
  workMs = 0;
  atMs = 0;
  /** What a message takes on average, in milliseconds. */
  serviceMs = 0;
  /** Picks since the last one that was decided here. */
  picksSince = 0;
  /** What waiting has cost so far, and what picks for age are reckoned to have added to it. */
  accrued = 0;
  spent = 0;
  /** The part of the cost that picks for age may add. */
  budget: number = LEAST_BUDGET;
  /** By lane: what the messages lately served had cost, and how long they had waited. */
  readonly laneCost: Float64Array<ArrayBuffer> = new Float64Array(LANES);
  readonly laneWaitMs: Float64Array<ArrayBuffer> = new Float64Array(LANES);
  readonly #topics: TopicBook;
  readonly #workers: number;
  readonly #factor: number;

  constructor(topics: TopicBook, options: { readonly workers: number; readonly factor: number }) {
    this.#topics = topics;
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

  /** A message has done with waiting, by its start or its expiry, and that had cost so much. */
  waited(lane: Priority, cost: number, waitedMs: number): void {
    if (!(cost >= 0 && cost < Infinity && waitedMs >= 0)) return;
    this.accrued += cost;
    this.laneCost[lane] = (this.laneCost[lane] as number) * LANE_MEMORY + cost;
    this.laneWaitMs[lane] = (this.laneWaitMs[lane] as number) * LANE_MEMORY + waitedMs;
  }

  /** The policy in force saves this part of the cost of strict priority: half of it may be spent. */
  saves(gain: number): void {
    this.budget = LEAST_BUDGET + (gain > 0 ? gain / 2 : 0);
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
    const price = this.#price(lanes, oldest as Priority);
    if (oldestMs <= EMERGENCY * limitMs && this.spent + price > this.budget * this.accrued) return -1;
    this.spent += price;
    this.picksSince = 0;
    return oldest;
  }

  /** What it costs the others to wait while the oldest message of a lane is served. */
  #price(lanes: LanesView, served: Priority): number {
    let perMs = 0;
    for (let lane = 0; lane < LANES; lane += 1) {
      const waitMs = this.laneWaitMs[lane] as number;
      if (lane === served || waitMs === 0) continue;
      perMs += (lanes.runnable(lane as Priority) * (this.laneCost[lane] as number)) / waitMs;
    }
    const row = this.#topics.row(lanes.topicId(served, 0), served);
    return (perMs * (this.#topics.times.meanMs[row] as number)) / this.#workers;
  }
}

const LANES = 4;
const LEAST_BUDGET = 0.01;
const LANE_MEMORY = 0.995;
/** How many times the limit a message may be old before it is served at any price. */
const EMERGENCY = 1.5;
/** Half of it is forgotten in about 70,000 arrivals. */
const REMEMBERED = 1 - 1e-5;
const HARD = 1.12;
const SHARE = 8;
/** Before a peak was seen, waits of so many services are nothing to worry about. */
const LEAST_SERVICES = 100;
/** A longer service is a fault of the clock. */
const LONGEST_MS = 60_000;
const SERVICE_RATE = 1 / 256;
