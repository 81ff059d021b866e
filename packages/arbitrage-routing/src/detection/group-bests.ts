import type { InstrumentTable } from '../market/instrument-table.ts';
import { RECORD, RECORD_INTEGER, RECORD_INTEGERS, RECORD_STRIDE, type SlotRecords } from '../market/slot-records.ts';

/** Floats of a group: bid bound, ask bound, and two that hold its integers. 32 bytes, so that two groups share a line. */
const STRIDE = 4;
const BID_BOUND = 0;
const ASK_BOUND = 1;
/** 32-bit units of a group, and where its integers stand in them. */
const INTEGERS = 8;
const BEST_BID_SLOT = 4;
const BEST_ASK_SLOT = 5;
const LIVE = 6;
/** No slot is known to have the bound: it may lie beyond the best. */
const LOOSE = -1;

/**
 * The best net bid and ask of each group, or a bound beyond them.
 *
 * Workload: every quote asks whether its slot crosses any other of its group, and one in hundreds does. While a best improves, its bound is exact; when
 * the best slot itself gets worse the bound merely stays, and goes on answering "no" without anything being read. Only when a loose bound answers
 * "perhaps" are the members of the group looked through, and the bound is exact again. So a look takes a worsening before it, and most
 * worsenings cause none: constant time a quote, and at worst one pass over the group.
 */
export class GroupBests {
  readonly #table: InstrumentTable;
  readonly #records: SlotRecords;
  readonly #floats: Float64Array;
  readonly #integers: Int32Array;
  /** A net bid above a net ask times this may be an opportunity. */
  readonly #screen: number;

  constructor(table: InstrumentTable, records: SlotRecords, screen: number) {
    this.#table = table;
    this.#records = records;
    this.#screen = screen;
    const groups = table.groupNames.length;
    this.#floats = new Float64Array(groups * STRIDE);
    this.#integers = new Int32Array(this.#floats.buffer);
    for (let group = 0; group < groups; group += 1) {
      this.#floats[group * STRIDE + BID_BOUND] = Number.NEGATIVE_INFINITY;
      this.#floats[group * STRIDE + ASK_BOUND] = Number.POSITIVE_INFINITY;
      this.#integers[group * INTEGERS + BEST_BID_SLOT] = LOOSE;
      this.#integers[group * INTEGERS + BEST_ASK_SLOT] = LOOSE;
    }
  }

  /** A spread of the group begins (1) or ends (-1). */
  addLive(group: number, change: 1 | -1): void {
    const at = group * INTEGERS + LIVE;
    this.#integers[at] = (this.#integers[at] as number) + change;
  }

  /**
   * Takes note of the net prices of a slot, which has changed. False: it crosses no other, and no spread of its group is live. True: one of these
   * may be so; `crosses` tells.
   */
  changed(slot: number): boolean {
    const group = this.#records.integers[slot * RECORD_INTEGERS + RECORD_INTEGER.GROUP] as number;
    if (group < 0) return false;
    const bid = this.#records.floats[slot * RECORD_STRIDE + RECORD.NET_BID] as number;
    const ask = this.#records.floats[slot * RECORD_STRIDE + RECORD.NET_ASK] as number;
    const floats = this.#floats;
    const integers = this.#integers;
    const at = group * STRIDE;
    const integersAt = group * INTEGERS;
    if (bid >= (floats[at + BID_BOUND] as number)) {
      floats[at + BID_BOUND] = bid;
      integers[integersAt + BEST_BID_SLOT] = slot;
    } else if (integers[integersAt + BEST_BID_SLOT] === slot) {
      integers[integersAt + BEST_BID_SLOT] = LOOSE;
    }
    if (ask <= (floats[at + ASK_BOUND] as number)) {
      floats[at + ASK_BOUND] = ask;
      integers[integersAt + BEST_ASK_SLOT] = slot;
    } else if (integers[integersAt + BEST_ASK_SLOT] === slot) {
      integers[integersAt + BEST_ASK_SLOT] = LOOSE;
    }
    return (
      bid > (floats[at + ASK_BOUND] as number) * this.#screen ||
      (floats[at + BID_BOUND] as number) > ask * this.#screen ||
      (integers[integersAt + LIVE] as number) > 0
    );
  }

  /** Whether a slot crosses the best of its group, itself included. Makes loose bounds exact where they say "perhaps". */
  crosses(slot: number): boolean {
    const group = this.#records.integers[slot * RECORD_INTEGERS + RECORD_INTEGER.GROUP] as number;
    const bid = this.#records.floats[slot * RECORD_STRIDE + RECORD.NET_BID] as number;
    const ask = this.#records.floats[slot * RECORD_STRIDE + RECORD.NET_ASK] as number;
    const at = group * STRIDE;
    if (bid > (this.#floats[at + ASK_BOUND] as number) * this.#screen) {
      if (this.#integers[group * INTEGERS + BEST_ASK_SLOT] === LOOSE) this.#findBestAsk(group);
      if (bid > (this.#floats[at + ASK_BOUND] as number) * this.#screen) return true;
    }
    if ((this.#floats[at + BID_BOUND] as number) <= ask * this.#screen) return false;
    if (this.#integers[group * INTEGERS + BEST_BID_SLOT] === LOOSE) this.#findBestBid(group);
    return (this.#floats[at + BID_BOUND] as number) > ask * this.#screen;
  }

  #findBestBid(group: number): void {
    const { floats } = this.#records;
    const end = this.#table.groupStart[group + 1] as number;
    let found = this.#table.groupStart[group] as number;
    let best = floats[found * RECORD_STRIDE + RECORD.NET_BID] as number;
    for (let slot = found + 1; slot < end; slot += 1) {
      const bid = floats[slot * RECORD_STRIDE + RECORD.NET_BID] as number;
      if (bid > best) {
        best = bid;
        found = slot;
      }
    }
    this.#floats[group * STRIDE + BID_BOUND] = best;
    this.#integers[group * INTEGERS + BEST_BID_SLOT] = found;
  }

  #findBestAsk(group: number): void {
    const { floats } = this.#records;
    const end = this.#table.groupStart[group + 1] as number;
    let found = this.#table.groupStart[group] as number;
    let best = floats[found * RECORD_STRIDE + RECORD.NET_ASK] as number;
    for (let slot = found + 1; slot < end; slot += 1) {
      const ask = floats[slot * RECORD_STRIDE + RECORD.NET_ASK] as number;
      if (ask < best) {
        best = ask;
        found = slot;
      }
    }
    this.#floats[group * STRIDE + ASK_BOUND] = best;
    this.#integers[group * INTEGERS + BEST_ASK_SLOT] = found;
  }
}
