import type { Priority } from '@tradewind/core-types';
import type { TopicBook } from './topic-book.ts';
import { LANES } from './lanes.ts';

/**
 * Finds the lane in which each topic belongs, whatever its publishers declared.
 *
 * Within a lane messages are served in order of arrival, so a lane should hold topics that deserve about the same: topics are put in the order of
 * their ratio of marginal cost to service time, and that order is cut in two places, into HIGH, NORMAL and LOW. The cuts are those of the
 * least cost of waiting in a queue with priorities, where a message of lane k waits in proportion to `1 / ((1 - s(k-1)) (1 - s(k)))` and `s(k)` is the
 * part of the time that the lanes up to k keep the workers busy (A. Cobham, "Priority assignment in waiting line problems", Operations
 * Research 1954). It is worked out for a load of nine tenths, whatever the load is, because that is when lanes matter.
 *
 * Topics stay where they are unless the new lanes save one per cent by the same formula. CRITICAL is a promise rather than an
 * estimate: nothing is taken out of it, and nothing is put into it.
 *
 * Workload: called once per window of some hundred messages; O(topics + bins²), nothing allocated.
 */
export class LaneLayout {
  readonly #topics: TopicBook;
  /** By bin of the logarithm of the ratio, the highest first: part of the time that is kept busy, and marginal cost. */
  readonly #binLoad = new Float64Array(BINS);
  readonly #binCost = new Float64Array(BINS);
  /** The same by lane, as topics stand. */
  readonly #laneLoad = new Float64Array(LANES);
  readonly #laneCost = new Float64Array(LANES);
  #lowest = 0;
  #highest = 0;
  #firstCut = 0;
  #secondCut = 0;

  constructor(topics: TopicBook) {
    this.#topics = topics;
  }

  /** Lays the lanes anew, if that would save enough. `waitMs`: how long messages wait when it matters, in milliseconds. */
  update(waitMs: number): void {
    if (!this.#measure(waitMs)) return;
    this.#tally(waitMs);
    if (this.#cut() > (1 - LEAST_SAVED) * this.#costAsIs()) return;
    const topics = this.#topics;
    for (let row = LANES; row < topics.size; row += 1) {
      if (!this.#moves(row)) continue;
      const bin = this.#bin(worth(topics, row, waitMs));
      topics.lane[row] = bin < this.#firstCut ? 1 : bin < this.#secondCut ? 2 : 3;
    }
  }

  /** The range of what topics deserve; false where there is nothing to put in order. */
  #measure(waitMs: number): boolean {
    this.#lowest = Infinity;
    this.#highest = -Infinity;
    for (let row = LANES; row < this.#topics.size; row += 1) {
      if (!this.#moves(row)) continue;
      const value = worth(this.#topics, row, waitMs);
      if (value < this.#lowest) this.#lowest = value;
      if (value > this.#highest) this.#highest = value;
    }
    return this.#highest > this.#lowest;
  }

  #tally(waitMs: number): void {
    const { size, weight, times, declared, lane } = this.#topics;
    let total = 0;
    for (let row = LANES; row < size; row += 1) total += (weight[row] as number) * (times.meanMs[row] as number);
    this.#binLoad.fill(0);
    this.#binCost.fill(0);
    this.#laneLoad.fill(0);
    this.#laneCost.fill(0);
    for (let row = LANES; row < size; row += 1) {
      const work = (weight[row] as number) * (times.meanMs[row] as number);
      const load = (LOAD * work) / total;
      const at = lane[row] as Priority;
      this.#laneLoad[at] = (this.#laneLoad[at] as number) + load;
      if (declared[row] === 0) continue;
      const value = worth(this.#topics, row, waitMs);
      const cost = work * Math.exp(value);
      this.#laneCost[at] = (this.#laneCost[at] as number) + cost;
      const bin = this.#bin(value);
      this.#binLoad[bin] = (this.#binLoad[bin] as number) + load;
      this.#binCost[bin] = (this.#binCost[bin] as number) + cost;
    }
  }

  /** Chooses the cuts of the least cost, and returns that. */
  #cut(): number {
    const critical = this.#laneLoad[0] as number;
    const allCost = sum(this.#binCost);
    const allLoad = critical + sum(this.#binLoad);
    let least = Infinity;
    let highLoad = critical;
    let highCost = 0;
    for (let first = 1; first < BINS; first += 1) {
      highLoad += this.#binLoad[first - 1] as number;
      highCost += this.#binCost[first - 1] as number;
      const high = highCost * delay(critical, highLoad);
      let load = highLoad;
      let cost = 0;
      for (let second = first; second <= BINS; second += 1) {
        if (second > first) {
          load += this.#binLoad[second - 1] as number;
          cost += this.#binCost[second - 1] as number;
        }
        const all = high + cost * delay(highLoad, load) + (allCost - highCost - cost) * delay(load, allLoad);
        if (all >= least) continue;
        least = all;
        this.#firstCut = first;
        this.#secondCut = second;
      }
    }
    return least;
  }

  #costAsIs(): number {
    let cost = 0;
    let before = this.#laneLoad[0] as number;
    for (let lane = 1; lane < LANES; lane += 1) {
      const load = before + (this.#laneLoad[lane] as number);
      cost += (this.#laneCost[lane] as number) * delay(before, load);
      before = load;
    }
    return cost;
  }

  #bin(value: number): number {
    const part = (this.#highest - value) / (this.#highest - this.#lowest);
    return Math.max(0, Math.min(BINS - 1, Math.floor(part * BINS)));
  }

  /** A topic of which less is known stays where it is. */
  #moves(row: number): boolean {
    return this.#topics.declared[row] !== 0 && (this.#topics.times.count[row] as number) >= ENOUGH;
  }
}

/** How long a lane waits, in any unit: the more urgent lanes keep the workers busy for a part `before` of the time, and together with it for a part `load`. */
function delay(before: number, load: number): number {
  return 1 / ((1 - before) * (1 - load));
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let at = 0; at < values.length; at += 1) total += values[at] as number;
  return total;
}

/** What a topic deserves: the logarithm of its marginal cost, after so long a wait, over its service time. */
function worth(topics: TopicBook, row: number, waitMs: number): number {
  const allowanceMs = topics.allowanceMs[row] as number;
  const deadline = allowanceMs > 0 ? (topics.missed[row] as number) / allowanceMs : 0;
  const steep = (topics.slope[row] as number) * waitMs;
  return Math.log(((topics.perMs[row] as number) + steep + deadline + LEAST) / (topics.times.meanMs[row] as number));
}

const BINS = 64;
const LOAD = 0.9;
const LEAST_SAVED = 0.01;
const ENOUGH = 16;
const LEAST = 1e-12;
