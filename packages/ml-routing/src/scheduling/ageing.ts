import type { LanesView, Priority } from '@tradewind/core-types';
import type { Concurrency } from './concurrency.ts';
import type { ImaginedFifo } from './imagined-fifo.ts';
import type { TopicBook } from './topic-book.ts';
import { LANES } from './lanes.ts';

/**
 * Sees to it that no message waits much longer than it would have if all were served in order of arrival, as far as that is affordable.
 *
 * The measure is the longest wait that first-in first-out would have had so far. A message older than `factor` times that gets every fourth pick, so
 * that the rest is not held up by a lane that has fallen behind as a whole; one older than 1.12 times as much gets every pick.
 *
 * That costs what it delays, and a few such picks in a burst can cost more than all the rest of an hour. So it never costs more than there is room for in
 * the account, that is, than has been saved over strict priority, less a reserve; and only a message 1.4 times as old as the limit may bring what such picks are
 * reckoned to have cost above 1.5 % of what waiting has cost in all. CRITICAL is never passed over for the age of anything: it is not asked about.
 *
 * O(1) a pick.
 */
export class Ageing {
  /** Picks since the last one that was decided here. */
  picksSince = 0;
  /** What waiting has cost so far, and what picks for age are reckoned to have added to it. */
  accrued = 0;
  spent = 0;
  /** By lane: what the messages lately served had cost, and how long they had waited. */
  readonly laneCost: Float64Array<ArrayBuffer> = new Float64Array(LANES);
  readonly laneWaitMs: Float64Array<ArrayBuffer> = new Float64Array(LANES);
  readonly #topics: TopicBook;
  readonly #fifo: ImaginedFifo;
  readonly #concurrency: Pick<Concurrency, 'workers'>;
  readonly #factor: number;

  constructor(
    topics: TopicBook,
    fifo: ImaginedFifo,
    options: { readonly concurrency: Pick<Concurrency, 'workers'>; readonly factor: number },
  ) {
    this.#topics = topics;
    this.#fifo = fifo;
    this.#concurrency = options.concurrency;
    this.#factor = options.factor;
  }

  /** A message has done with waiting, by its start or its expiry, and that had cost so much. */
  waited(lane: Priority, cost: number, waitedMs: number): void {
    if (!(cost >= 0 && cost < Infinity && waitedMs >= 0)) return;
    this.accrued += cost;
    this.laneCost[lane] = (this.laneCost[lane] as number) * LANE_MEMORY + cost;
    this.laneWaitMs[lane] = (this.laneWaitMs[lane] as number) * LANE_MEMORY + waitedMs;
  }

  /**
   * A lane whose oldest runnable message has waited too long, the oldest of all; -1 when there is none, or it is not its turn.
   *
   * @param room What it may cost at most, in the unit of the cost rules.
   */
  overdue(lanes: LanesView, nowMs: number, room: number): Priority | -1 {
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
    const limitMs = this.#factor * this.#fifo.peakMs;
    this.picksSince += 1;
    if (oldestMs <= limitMs) return -1;
    if (oldestMs <= HARD * limitMs && this.picksSince < SHARE) return -1;
    const price = this.#price(lanes, oldest as Priority);
    if (price > room) return -1;
    if (oldestMs <= EMERGENCY * limitMs && this.spent + price > MOST_SPENT * this.accrued) return -1;
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
    return (perMs * (this.#topics.times.meanMs[row] as number)) / this.#concurrency.workers;
  }
}

const LANE_MEMORY = 0.995;
const HARD = 1.12;
const SHARE = 4;
/** How many times the limit a message may be old before only the account bounds what it costs to serve it. */
const EMERGENCY = 1.4;
const MOST_SPENT = 0.015;
