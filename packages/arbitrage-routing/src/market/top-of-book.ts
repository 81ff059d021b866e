import { ONE } from '../money/fixed-point.ts';
import type { InstrumentTable } from './instrument-table.ts';
import type { LevelSource, Side } from './levels.ts';
import { RECORD_STRIDE, type SlotRecords } from './slot-records.ts';

/**
 * The best bid and ask of every instrument.
 *
 * Workload: one write per quote, a read only where two venues cross. Prices are held as ticks and sizes as lots, in the slots' records, in floats
 * that are exact integers; the rare value that is not on its grid, or above 2^53, is kept aside as an exact integer of 1e-18.
 */
export class TopOfBook implements LevelSource {
  readonly #table: InstrumentTable;
  readonly #records: Float64Array;
  readonly #aside = new Map<number, bigint>();

  constructor(table: InstrumentTable, records: SlotRecords) {
    this.#table = table;
    this.#records = records.floats;
  }

  /** Takes over one side in units of 1e-18, the size as the venue gives it. */
  setExact(slot: number, side: Side, level: { readonly price: bigint; readonly size: bigint }): void {
    const { tick, lot, contract } = this.#term(slot);
    const at = slot * RECORD_STRIDE + side * 2;
    this.#put(at, level.price, tick);
    this.#put(at + 1, (level.size * contract) / ONE, lot);
  }

  /** Forgets both sides. */
  clear(slot: number): void {
    this.#records.fill(0, slot * RECORD_STRIDE, slot * RECORD_STRIDE + TOP_MEMBERS);
  }

  depth(slot: number, side: Side): number {
    // A size that is kept aside is NaN, which is not 0 either.
    return this.#records[slot * RECORD_STRIDE + side * 2 + 1] === 0 ? 0 : 1;
  }

  price(slot: number, side: Side): bigint {
    return this.#get(slot * RECORD_STRIDE + side * 2, this.#term(slot).tick);
  }

  size(slot: number, side: Side): bigint {
    return this.#get(slot * RECORD_STRIDE + side * 2 + 1, this.#term(slot).lot);
  }

  #put(at: number, value: bigint, step: bigint): void {
    const count = value / step;
    if (count * step === value && count <= MAX_COUNT) {
      this.#records[at] = Number(count);
      return;
    }
    this.#records[at] = Number.NaN;
    this.#aside.set(at, value);
  }

  #get(at: number, step: bigint): bigint {
    const count = this.#records[at] as number;
    return Number.isNaN(count) ? (this.#aside.get(at) as bigint) : BigInt(count) * step;
  }

  #term(slot: number) {
    const terms = this.#table.terms[slot];
    if (terms === undefined) throw new RangeError(`Expected a slot below ${this.#table.size}, received ${slot}.`);
    return terms;
  }
}

/** A record begins with bid ticks, bid lots, ask ticks and ask lots. */
const TOP_MEMBERS = 4;
const MAX_COUNT = BigInt(Number.MAX_SAFE_INTEGER);
