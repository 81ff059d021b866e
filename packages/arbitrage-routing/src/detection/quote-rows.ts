import {
  RATES_INDEX,
  RECORD,
  RECORD_INTEGER,
  RECORD_INTEGERS,
  RECORD_STRIDE,
  WATCHED,
  type SlotRecords,
} from '../market/slot-records.ts';
import type { Rejection } from '../market/rejections.ts';
import { CLOCK, type QuoteState } from './quote-state.ts';
import type { Cycles } from './cycles.ts';
import type { GroupBests } from './group-bests.ts';
import type { QuoteBatch } from './quote-batch.ts';

/** What `QuoteRows` needs. */
export interface QuoteRowsOptions {
  readonly records: SlotRecords;
  readonly state: QuoteState;
  readonly bests: GroupBests;
  /** Asked about watched slots alone. */
  readonly cycles: Cycles | undefined;
}

/**
 * Takes rows of batches into the slots' records.
 *
 * Workload: a million quotes a second and more, nearly all of them with two sides, in order, not crossed, and crossing nobody. Such a row costs
 * one line of its slot and half a line of its group, in a loop that calls nothing and allocates nothing; for any other row the loop stops.
 */
export class QuoteRows {
  readonly #floats: Float64Array;
  readonly #integers: Int32Array;
  readonly #netPerTick: Float64Array;
  readonly #size: number;
  readonly #state: QuoteState;
  readonly #bests: GroupBests;
  readonly #cycles: Cycles | undefined;
  readonly #fetched = new Int32Array(1);

  constructor({ records, state, bests, cycles }: QuoteRowsOptions) {
    this.#floats = records.floats;
    this.#integers = records.integers;
    this.#netPerTick = records.netPerTick;
    this.#size = records.floats.length / RECORD_STRIDE;
    this.#state = state;
    this.#bests = bests;
    this.#cycles = cycles;
  }

  /**
   * Reads something of each record that these rows will need. Nothing waits for what is read, so that many lines are on their way at once, where
   * `run` alone would wait for one after the other: at 50,000 slots that is most of what a quote costs.
   */
  fetch({ slots }: QuoteBatch, from: number, to: number): void {
    const integers = this.#integers;
    let sum = 0;
    for (let row = from; row < to; row += 1) {
      sum = (sum + (integers[(slots[row] as number) * RECORD_INTEGERS + RECORD_INTEGER.RATES] as number)) | 0;
    }
    // Kept, or else the compiler leaves the reading out.
    this.#fetched[0] = sum;
  }

  /**
   * Takes in ordinary rows from `from` on. Returns `to` when all were; the row that it stopped at and left to `takeOther`; or, below 0, the
   * complement of a row that is taken in and needs to be settled.
   */
  run(batch: QuoteBatch, from: number, to: number): number {
    const { slots, receivedNs, bidTicks, bidLots, askTicks, askLots } = batch;
    const { clock } = this.#state;
    const [floats, integers, netPerTick, bests] = [this.#floats, this.#integers, this.#netPerTick, this.#bests];
    for (let row = from; row < to; row += 1) {
      const slot = slots[row] as number;
      const moment = (clock[CLOCK.BASE] as number) + (receivedNs[row] as number);
      const bid = bidTicks[row] as number;
      const ask = askTicks[row] as number;
      const bidSize = bidLots[row] as number;
      const askSize = askLots[row] as number;
      if (!(slot >= 0 && slot < this.#size && bid > 0 && bid < ask && ask <= MAX_COUNT)) return row;
      if (!(bidSize > 0 && bidSize <= MAX_COUNT && askSize > 0 && askSize <= MAX_COUNT)) return row;
      if (Math.floor(bid) !== bid || Math.floor(ask) !== ask || Math.floor(moment) !== moment) return row;
      if (Math.floor(bidSize) !== bidSize || Math.floor(askSize) !== askSize) return row;
      // A late row may make what is live go stale sooner; one ahead of the clock may find it stale. Both are rare, and told from the rest here.
      if (!(moment >= (clock[CLOCK.NOW] as number) && moment <= (clock[CLOCK.NEXT_STALE] as number))) return row;
      if (moment > MAX_COUNT) return row;
      clock[CLOCK.NOW] = moment;
      const record = slot * RECORD_STRIDE;
      const rates = integers[slot * RECORD_INTEGERS + RECORD_INTEGER.RATES] as number;
      floats[record + RECORD.BID_TICKS] = bid;
      floats[record + RECORD.BID_LOTS] = bidSize;
      floats[record + RECORD.ASK_TICKS] = ask;
      floats[record + RECORD.ASK_LOTS] = askSize;
      floats[record + RECORD.RECEIVED_AT] = moment;
      floats[record + RECORD.NET_BID] = bid * (netPerTick[rates & RATES_INDEX] as number);
      floats[record + RECORD.NET_ASK] = ask * (netPerTick[(rates & RATES_INDEX) + 1] as number);
      const isNear = bests.changed(slot);
      const isCycleNear = (rates & WATCHED) !== 0 && this.#cycles?.changed(slot) === true;
      if (isNear || isCycleNear) return ~row;
    }
    return to;
  }

  /** Writes a row of any kind at the moment that was set, as far as it can be trusted; returns why not, if so. A crossed or empty one is written and unusable. */
  takeOther(batch: QuoteBatch, row: number): Rejection | undefined {
    const slot = batch.slots[row] as number;
    const bidTicks = batch.bidTicks[row] as number;
    const bidLots = batch.bidLots[row] as number;
    const askTicks = batch.askTicks[row] as number;
    const askLots = batch.askLots[row] as number;
    if (!(slot >= 0 && slot < this.#size)) return 'UNKNOWN_INSTRUMENT';
    const fault = faultOf(bidTicks, bidLots) ?? faultOf(askTicks, askLots);
    if (fault !== undefined) return fault;
    const floats = this.#floats;
    const record = slot * RECORD_STRIDE;
    const rates = (this.#integers[slot * RECORD_INTEGERS + RECORD_INTEGER.RATES] as number) & RATES_INDEX;
    floats[record + RECORD.BID_TICKS] = bidTicks;
    floats[record + RECORD.BID_LOTS] = bidLots;
    floats[record + RECORD.ASK_TICKS] = askTicks;
    floats[record + RECORD.ASK_LOTS] = askLots;
    this.#state.touchAtMoment(slot);
    const isUnusable = bidLots > 0 ? askLots > 0 && bidTicks >= askTicks : askLots === 0;
    if (isUnusable) {
      this.#state.disable(slot);
      return bidLots > 0 ? 'CROSSED' : 'EMPTY';
    }
    const bid = bidLots > 0 ? bidTicks * (this.#netPerTick[rates] as number) : Number.NEGATIVE_INFINITY;
    const ask = askLots > 0 ? askTicks * (this.#netPerTick[rates + 1] as number) : Number.POSITIVE_INFINITY;
    this.#state.setNet(slot, bid, ask);
    return undefined;
  }
}

/** Why a side of a row cannot be trusted. A missing side has a size of 0, whatever its price. */
function faultOf(ticks: number, lots: number): Rejection | undefined {
  if (lots === 0) return undefined;
  if (!Number.isSafeInteger(ticks) || !Number.isSafeInteger(lots)) return 'MALFORMED';
  return ticks > 0 && lots > 0 ? undefined : 'NOT_POSITIVE';
}

const MAX_COUNT = Number.MAX_SAFE_INTEGER;
