import type { InstrumentTable } from '../market/instrument-table.ts';
import { NEVER, RECORD, RECORD_STRIDE, type SlotRecords } from '../market/slot-records.ts';

/** Offsets beyond it are moved back: 2^52 nanoseconds are 52 days, and every nanosecond of them is an exact float. */
const MAX_OFFSET_NS = 2 ** 52;
/** Beyond it a sum of offsets is no exact integer any more. */
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

/** Where the moments of the clock stand; all are relative to the origin. */
export const CLOCK = {
  /** The largest receive time so far. */
  NOW: 0,
  /** No live opportunity's slot goes stale before it: a lower bound, so that an event costs one comparison. `Infinity` while nothing is live. */
  NEXT_STALE: 1,
  /** The receive time of the event or row that is being taken in. */
  MOMENT: 2,
  /** The origin of the batch that is being taken in. */
  BASE: 3,
} as const;

/**
 * What every part of the detector knows of every instrument: floats for screening, the moment of its last update, and the clock.
 *
 * Workload: a write per quote, a few reads per quote. Times are nanoseconds as floats, relative to an origin that moves along.
 */
export class QuoteState {
  /** How many live opportunities each slot carries. */
  readonly liveCount: Int32Array;
  readonly maxAgeNs: number;
  /** In an array, since a float that changes in a member of its own would be put on the heap with every quote. */
  readonly clock: Float64Array = Float64Array.of(NEVER, Number.POSITIVE_INFINITY, 0, 0);
  readonly #records: Float64Array;
  #origin: bigint | undefined;
  readonly #liveSlots = new Set<number>();

  constructor(table: InstrumentTable, records: SlotRecords, maxAgeNs: number) {
    this.#records = records.floats;
    this.liveCount = new Int32Array(table.size);
    this.maxAgeNs = maxAgeNs;
  }

  get now(): number {
    return this.clock[CLOCK.NOW] as number;
  }

  /** Sets the origin of a batch, to which the moments of its rows are added. */
  setBase(originNs: bigint): void {
    this.clock[CLOCK.BASE] = this.offsetOf(originNs) ?? Number.NaN;
  }

  /** Sets the moment of a row; returns whether it is one. */
  setMoment(afterBaseNs: number): boolean {
    const moment = (this.clock[CLOCK.BASE] as number) + afterBaseNs;
    this.clock[CLOCK.MOMENT] = moment;
    return moment === Math.floor(moment) && moment <= MAX_OFFSET && moment >= -MAX_OFFSET;
  }

  /** Sets the moment by its offset. */
  setMomentTo(at: number): void {
    this.clock[CLOCK.MOMENT] = at;
  }

  isMomentAhead(): boolean {
    return (this.clock[CLOCK.MOMENT] as number) > (this.clock[CLOCK.NOW] as number);
  }

  /** Moves the clock to the moment, which is ahead; returns whether slots of live opportunities may have gone stale. */
  advanceToMoment(): boolean {
    this.clock[CLOCK.NOW] = this.clock[CLOCK.MOMENT] as number;
    return (this.clock[CLOCK.MOMENT] as number) > (this.clock[CLOCK.NEXT_STALE] as number);
  }

  /** A moment as an offset; undefined when it is too long before the clock to be told exactly. */
  offsetOf(atNs: bigint): number | undefined {
    if (this.#origin === undefined) this.#origin = atNs;
    let offset = Number(atNs - this.#origin);
    if (offset > MAX_OFFSET_NS) {
      this.#moveOrigin(atNs);
      offset = 0;
    }
    return offset < -MAX_OFFSET_NS ? undefined : offset;
  }

  /** The moment of an offset. */
  momentOf(offset: number): bigint {
    return (this.#origin ?? 0n) + BigInt(offset);
  }

  /** The clock; undefined before the first event. */
  get nowNs(): bigint | undefined {
    return this.now === NEVER ? undefined : this.momentOf(this.now);
  }

  /** Bid after the fee, for screening; `-Infinity` while it cannot be used. */
  netBid(slot: number): number {
    return this.#records[slot * RECORD_STRIDE + RECORD.NET_BID] as number;
  }

  /** Ask with the fee, for screening; `Infinity` while it cannot be used. */
  netAsk(slot: number): number {
    return this.#records[slot * RECORD_STRIDE + RECORD.NET_ASK] as number;
  }

  setNet(slot: number, bid: number, ask: number): void {
    this.#records[slot * RECORD_STRIDE + RECORD.NET_BID] = bid;
    this.#records[slot * RECORD_STRIDE + RECORD.NET_ASK] = ask;
  }

  /** When a slot was updated last, relative to the origin. */
  receivedAt(slot: number): number {
    return this.#records[slot * RECORD_STRIDE + RECORD.RECEIVED_AT] as number;
  }

  isFresh(slot: number): boolean {
    return this.now - this.receivedAt(slot) <= this.maxAgeNs;
  }

  /** A slot was updated. The moment may lie before an earlier one: then what it carries goes stale sooner. */
  touch(slot: number, at: number): void {
    this.clock[CLOCK.MOMENT] = at;
    this.touchAtMoment(slot);
  }

  /** A slot was updated at the moment that was set. */
  touchAtMoment(slot: number): void {
    const at = this.clock[CLOCK.MOMENT] as number;
    const nextStale = this.clock[CLOCK.NEXT_STALE] as number;
    this.#records[slot * RECORD_STRIDE + RECORD.RECEIVED_AT] = at;
    // Without a live opportunity nothing is known to go stale, and counts that no cache holds need not be looked at.
    if (at + this.maxAgeNs < nextStale && nextStale !== Number.POSITIVE_INFINITY && this.liveCount[slot] !== 0) {
      this.clock[CLOCK.NEXT_STALE] = at + this.maxAgeNs;
    }
  }

  /** Whether anything is known of a slot. */
  isKnown(slot: number): boolean {
    return this.receivedAt(slot) !== NEVER;
  }

  /** Makes a slot unusable for screening, until its next update. */
  disable(slot: number): void {
    this.setNet(slot, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** Forgets that a slot was ever updated. */
  forget(slot: number): void {
    this.disable(slot);
    this.#records[slot * RECORD_STRIDE + RECORD.RECEIVED_AT] = NEVER;
  }

  /** A live opportunity begins to depend on a slot. */
  retain(slot: number): void {
    const count = (this.liveCount[slot] as number) + 1;
    this.liveCount[slot] = count;
    if (count === 1) this.#liveSlots.add(slot);
    const staleAt = this.receivedAt(slot) + this.maxAgeNs;
    if (staleAt < (this.clock[CLOCK.NEXT_STALE] as number)) this.clock[CLOCK.NEXT_STALE] = staleAt;
  }

  release(slot: number): void {
    const count = (this.liveCount[slot] as number) - 1;
    this.liveCount[slot] = count;
    if (count === 0) this.#liveSlots.delete(slot);
  }

  /** Calls back with each slot of a live opportunity that has gone stale, and finds out when the next one will. */
  visitStale(visit: (slot: number) => void): void {
    let next = Number.POSITIVE_INFINITY;
    for (const slot of this.#liveSlots) {
      if (this.isFresh(slot)) next = Math.min(next, this.receivedAt(slot) + this.maxAgeNs);
      else visit(slot);
    }
    this.clock[CLOCK.NEXT_STALE] = next;
  }

  #moveOrigin(to: bigint): void {
    const shift = Number(to - (this.#origin as bigint));
    this.#origin = to;
    this.clock[CLOCK.NOW] = this.now - shift;
    this.clock[CLOCK.NEXT_STALE] = (this.clock[CLOCK.NEXT_STALE] as number) - shift;
    for (let at: number = RECORD.RECEIVED_AT; at < this.#records.length; at += RECORD_STRIDE) {
      this.#records[at] = (this.#records[at] as number) - shift;
    }
  }
}
