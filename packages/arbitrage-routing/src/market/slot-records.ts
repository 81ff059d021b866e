import type { InstrumentTable } from './instrument-table.ts';

/**
 * Where each member of a slot's record stands, in floats. Sizes of 0 say that a side is missing; the receive time is relative to the clock's
 * origin; the net prices are for screening: bid after the fee and ask with the fee, `-Infinity` and `Infinity` while they cannot be used.
 *
 * Workload: at 50 venues and 1,000 instruments every quote is of a slot that the near caches hold no more, and what a quote costs is the number of
 * lines that have to be fetched. So all that a quote writes or reads of its slot stands in one line of 64 bytes.
 */
export const RECORD = {
  BID_TICKS: 0,
  BID_LOTS: 1,
  ASK_TICKS: 2,
  ASK_LOTS: 3,
  RECEIVED_AT: 4,
  NET_BID: 5,
  NET_ASK: 6,
} as const;

/** Floats of a record: 64 bytes. */
export const RECORD_STRIDE = 8;

/** Where the integers of a record stand, in 32-bit units: they share the place of its last float. */
export const RECORD_INTEGER = {
  GROUP: 14,
  /** Where the net prices of a tick stand in `SlotRecords.netPerTick`, which is even, and whether the slot is watched: the lowest bit. */
  RATES: 15,
} as const;

/** The bits of `RATES` that are an index, and the one that says that cycles go through the slot. */
export const RATES_INDEX: number = ~1;
export const WATCHED = 1;

/** 32-bit units of a record: 64 bytes. */
export const RECORD_INTEGERS = 16;

/** Where nothing was received yet: the oldest moment there is. */
export const NEVER: number = Number.NEGATIVE_INFINITY;

/** The records of all slots, and what many of them share. */
export interface SlotRecords {
  readonly floats: Float64Array;
  /** The same memory in 32-bit integers. */
  readonly integers: Int32Array;
  /**
   * Price of a tick after the fee when sold, and with the fee when bought, side by side. Instruments of one tick and fee share an entry, so that a few
   * lines that are always near serve all slots.
   */
  readonly netPerTick: Float64Array;
}

/** A record for each slot of a table, with nothing received. */
export function createRecords(table: InstrumentTable): SlotRecords {
  const floats = new Float64Array(table.size * RECORD_STRIDE);
  const integers = new Int32Array(floats.buffer);
  const rates = new Map<string, number>();
  const netPerTick: number[] = [];
  for (let slot = 0; slot < table.size; slot += 1) {
    const [netBid, netAsk] = [table.netBidPerTick[slot] as number, table.netAskPerTick[slot] as number];
    const name = `${netBid} ${netAsk}`;
    const known = rates.get(name) ?? netPerTick.length;
    if (known === netPerTick.length) netPerTick.push(netBid, netAsk);
    rates.set(name, known);
    const at = slot * RECORD_STRIDE;
    floats[at + RECORD.RECEIVED_AT] = NEVER;
    floats[at + RECORD.NET_BID] = Number.NEGATIVE_INFINITY;
    floats[at + RECORD.NET_ASK] = Number.POSITIVE_INFINITY;
    integers[slot * RECORD_INTEGERS + RECORD_INTEGER.GROUP] = table.groupOf[slot] as number;
    integers[slot * RECORD_INTEGERS + RECORD_INTEGER.RATES] = known;
  }
  return { floats, integers, netPerTick: Float64Array.from(netPerTick) };
}

/** From now on whoever takes quotes in asks the cycles too about those of this slot. */
export function watch({ integers }: SlotRecords, slot: number): void {
  const at = slot * RECORD_INTEGERS + RECORD_INTEGER.RATES;
  integers[at] = (integers[at] as number) | WATCHED;
}
