import type { InstrumentTable } from '../market/instrument-table.ts';
import { NEVER, RECORD, RECORD_STRIDE } from '../market/slot-records.ts';

/** Offsets beyond it are moved back: 2^52 nanoseconds are 52 days, and every nanosecond of them is an exact float. */
const MAX_OFFSET_NS = 2 ** 52;

/**
 * What every part of the detector knows of every instrument: floats for screening, the moment of its last update, and the clock.
 *
 * Workload: a write per quote, a few reads per quote. Times are nanoseconds as floats, relative to an origin that moves along.
 */
export class QuoteState {
  /** Bid after the fee and ask with the fee, by slot: `[bid, ask]`. Unusable: `-Infinity` and `Infinity`. */
  readonly net: Float64Array;
  /** How many live opportunities each slot carries. */
  readonly liveCount: Int32Array;
  readonly maxAgeNs: number;
  /** The largest receive time so far, relative to the origin. */
  now: number = NEVER;
  /** No live opportunity's slot goes stale before it: a lower bound, so that an event costs one comparison. */
  nextStaleAt: number = Number.POSITIVE_INFINITY;
  readonly #records: Float64Array;
  #origin: bigint | undefined;
  readonly #liveSlots = new Set<number>();

  constructor(table: InstrumentTable, records: Float64Array, maxAgeNs: number) {
    this.#records = records;
    this.net = new Float64Array(table.size * 2);
    for (let slot = 0; slot < table.size; slot += 1) {
      this.net[slot * 2] = Number.NEGATIVE_INFINITY;
      this.net[slot * 2 + 1] = Number.POSITIVE_INFINITY;
    }
    this.liveCount = new Int32Array(table.size);
    this.maxAgeNs = maxAgeNs;
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

  /** When a slot was updated last, relative to the origin. */
  receivedAt(slot: number): number {
    return this.#records[slot * RECORD_STRIDE + RECORD.RECEIVED_AT] as number;
  }

  isFresh(slot: number): boolean {
    return this.now - this.receivedAt(slot) <= this.maxAgeNs;
  }

  /** A slot was updated. The moment may lie before an earlier one: then what it carries goes stale sooner. */
  touch(slot: number, at: number): void {
    this.#records[slot * RECORD_STRIDE + RECORD.RECEIVED_AT] = at;
    if (at + this.maxAgeNs < this.nextStaleAt && (this.liveCount[slot] as number) > 0) {
      this.nextStaleAt = at + this.maxAgeNs;
    }
  }

  /** Whether anything is known of a slot. */
  isKnown(slot: number): boolean {
    return this.receivedAt(slot) !== NEVER;
  }

  /** Makes a slot unusable for screening, until its next update. */
  disable(slot: number): void {
    this.net[slot * 2] = Number.NEGATIVE_INFINITY;
    this.net[slot * 2 + 1] = Number.POSITIVE_INFINITY;
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
    if (staleAt < this.nextStaleAt) this.nextStaleAt = staleAt;
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
    this.nextStaleAt = next;
  }

  #moveOrigin(to: bigint): void {
    const shift = Number(to - (this.#origin as bigint));
    this.#origin = to;
    this.now -= shift;
    this.nextStaleAt -= shift;
    for (let at: number = RECORD.RECEIVED_AT; at < this.#records.length; at += RECORD_STRIDE) {
      this.#records[at] = (this.#records[at] as number) - shift;
    }
  }
}
