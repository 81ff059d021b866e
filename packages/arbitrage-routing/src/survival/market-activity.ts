import { approximate } from '../money/fixed-point.ts';
import { ASK, BID, type LevelSource } from '../market/levels.ts';

/** What is remembered of an instrument, by its place in a record. Prices and sizes are floats: they describe, they never decide money. */
export const ACTIVITY = {
  BID: 0,
  BID_SIZE: 1,
  ASK: 2,
  ASK_SIZE: 3,
  /** When anything, the bid and the ask changed last, in milliseconds of the detector's clock. */
  UPDATED_AT: 4,
  BID_AT: 5,
  ASK_AT: 6,
  /** Updates in about the last second. */
  RATE: 7,
  /** How far the middle moved in about the last second, forth and back, in ppm. */
  MOVED: 8,
  /** Means of the middle over about 100 ms and 1 s. */
  MEAN_FAST: 9,
  MEAN_SLOW: 10,
  /** What was taken off the bid and the ask at their best price in about the last 100 ms, as a share of what stood there. */
  BID_TAKEN: 11,
  ASK_TAKEN: 12,
} as const;

const STRIDE = 13;

/**
 * How lively each instrument is: what the survival of an opportunity is judged by.
 *
 * Workload: one update per quote of a watched slot, a read only where an opportunity is live. Means decay exponentially with time, not with updates, so
 * that a quiet market forgets too. An update allocates nothing but the
 * exact levels that it reads.
 */
export class MarketActivity {
  readonly #records: Float64Array;
  readonly #levels: LevelSource;

  constructor(size: number, levels: LevelSource) {
    this.#levels = levels;
    this.#records = new Float64Array(size * STRIDE);
    for (let slot = 0; slot < size; slot += 1) this.#records[slot * STRIDE + ACTIVITY.UPDATED_AT] = Number.NaN;
  }

  /** A member of a slot's record. */
  read(slot: number, member: number): number {
    return this.#records[slot * STRIDE + member] as number;
  }

  /** A mean that decays with a second, as it is by now. */
  decayed(slot: number, member: number, nowMs: number): number {
    return this.read(slot, member) * Math.exp((this.read(slot, ACTIVITY.UPDATED_AT) - nowMs) / SLOW_MS);
  }

  /** Takes note of a slot's best levels as they are now. A slot with a side missing is left as it was. */
  update(slot: number, nowMs: number): void {
    const levels = this.#levels;
    if (levels.depth(slot, BID) === 0 || levels.depth(slot, ASK) === 0) return;
    const bid = approximate(levels.price(slot, BID, 0));
    const bidSize = approximate(levels.size(slot, BID, 0));
    const ask = approximate(levels.price(slot, ASK, 0));
    const askSize = approximate(levels.size(slot, ASK, 0));
    const at = slot * STRIDE;
    const records = this.#records;
    const before = records[at + ACTIVITY.UPDATED_AT] as number;
    const middle = (bid + ask) / 2;
    if (Number.isNaN(before)) {
      records.fill(0, at, at + STRIDE);
      records[at + ACTIVITY.BID_AT] = nowMs;
      records[at + ACTIVITY.ASK_AT] = nowMs;
      records[at + ACTIVITY.MEAN_FAST] = middle;
      records[at + ACTIVITY.MEAN_SLOW] = middle;
    } else {
      this.#age(at, { bid, ask, middle, elapsedMs: Math.max(0, nowMs - before), nowMs });
      this.#takeOff(at + ACTIVITY.BID, at + ACTIVITY.BID_TAKEN, bid, bidSize);
      this.#takeOff(at + ACTIVITY.ASK, at + ACTIVITY.ASK_TAKEN, ask, askSize);
    }
    records[at + ACTIVITY.BID] = bid;
    records[at + ACTIVITY.BID_SIZE] = bidSize;
    records[at + ACTIVITY.ASK] = ask;
    records[at + ACTIVITY.ASK_SIZE] = askSize;
    records[at + ACTIVITY.UPDATED_AT] = nowMs;
  }

  #age(
    at: number,
    now: {
      readonly bid: number;
      readonly ask: number;
      readonly middle: number;
      readonly elapsedMs: number;
      readonly nowMs: number;
    },
  ): void {
    const records = this.#records;
    const [oldBid, oldAsk] = [records[at + ACTIVITY.BID] as number, records[at + ACTIVITY.ASK] as number];
    const old = (oldBid + oldAsk) / 2;
    const [fast, slow] = [Math.exp(-now.elapsedMs / FAST_MS), Math.exp(-now.elapsedMs / SLOW_MS)];
    records[at + ACTIVITY.RATE] = (records[at + ACTIVITY.RATE] as number) * slow + 1;
    records[at + ACTIVITY.MOVED] =
      (records[at + ACTIVITY.MOVED] as number) * slow + Math.abs(now.middle / old - 1) * PPM;
    // Until now the middle stood where it was: the means went on towards the old one.
    records[at + ACTIVITY.MEAN_FAST] = old + ((records[at + ACTIVITY.MEAN_FAST] as number) - old) * fast;
    records[at + ACTIVITY.MEAN_SLOW] = old + ((records[at + ACTIVITY.MEAN_SLOW] as number) - old) * slow;
    records[at + ACTIVITY.BID_TAKEN] = (records[at + ACTIVITY.BID_TAKEN] as number) * fast;
    records[at + ACTIVITY.ASK_TAKEN] = (records[at + ACTIVITY.ASK_TAKEN] as number) * fast;
    if (now.bid !== oldBid) records[at + ACTIVITY.BID_AT] = now.nowMs;
    if (now.ask !== oldAsk) records[at + ACTIVITY.ASK_AT] = now.nowMs;
  }

  /** A best level that shrank at the same price lost orders to somebody; the share counts (order flow of Cont, Kukanov and Stoikov 2014). */
  #takeOff(level: number, taken: number, price: number, size: number): void {
    const oldSize = this.#records[level + 1] as number;
    if (this.#records[level] !== price || size >= oldSize) return;
    this.#records[taken] = (this.#records[taken] as number) + (oldSize - size) / oldSize;
  }
}

const FAST_MS = 100;
const SLOW_MS = 1000;
const PPM = 1e6;
