import { ValidationError, showValue } from '@tradewind/core-types';
import { MILLION, ONE, approximate, parseFixed } from '../money/fixed-point.ts';
import { checkFeePpm, feeTierOf, type FeeSchedule } from './fees.ts';
import { instrumentKey, type InstrumentRow } from './instrument-row.ts';

/** Instruments that are the same thing: what may be bought as one and sold as another. */
export interface InstrumentGroup {
  /** In ids; unique. */
  readonly name: string;
  /** Keys `venue:symbol`; an instrument is in one group at most. */
  readonly instruments: readonly string[];
}

/** What makes a table. */
export interface InstrumentTableOptions {
  readonly instruments: readonly InstrumentRow[];
  /** By venue; an instrument's own `takerFeePpm` outweighs it. */
  readonly fees?: FeeSchedule | undefined;
  readonly groups?: readonly InstrumentGroup[] | undefined;
}

/** What the exact decision needs of an instrument. Amounts are in units of 1e-18, sizes in base currency. */
export interface InstrumentTerms {
  readonly slot: number;
  readonly key: string;
  readonly row: InstrumentRow;
  /** The group's index; -1 without one. */
  readonly group: number;
  /** Where it stands in the configuration: earlier ones win ties. */
  readonly rank: number;
  /** `1e6 + fee` and `1e6 - fee`, in parts per million. */
  readonly buyFactor: bigint;
  readonly sellFactor: bigint;
  readonly tick: bigint;
  /** One lot in base currency. */
  readonly lot: bigint;
  readonly minQuantity: bigint;
  readonly minNotional: bigint;
  /** Base currency of one unit of size: `ONE` unless it is a linear contract. */
  readonly contract: bigint;
}

/**
 * Instruments by integer slot.
 *
 * Workload: built once, read for every quote. Slots of a group are contiguous, so that looking for the best of a group reads one stretch of
 * memory, and all that the hot path reads stands in typed arrays by slot.
 */
export class InstrumentTable {
  readonly terms: readonly InstrumentTerms[];
  readonly groupNames: readonly string[];
  /** Slots of group `g` are `groupStart[g]` to `groupStart[g + 1] - 1`. */
  readonly groupStart: Int32Array;
  readonly groupOf: Int32Array;
  /** Floats for screening: price of a tick after the fee when sold, and with the fee when bought. */
  readonly netBidPerTick: Float64Array;
  readonly netAskPerTick: Float64Array;
  readonly #slots: ReadonlyMap<string, ReadonlyMap<string, number>>;

  /** @throws ValidationError `INVALID_OPTIONS` for a row, fee or group that cannot be used. */
  constructor(options: InstrumentTableOptions) {
    const groups = options.groups ?? [];
    const order = arrange(options.instruments, groups);
    this.groupNames = groups.map(({ name }) => name);
    this.groupStart = new Int32Array(groups.length + 1);
    for (const [index, group] of groups.entries()) {
      this.groupStart[index + 1] = (this.groupStart[index] ?? 0) + group.instruments.length;
    }
    this.terms = order.map(({ row, rank, group }, slot) =>
      termsOf(row, { slot, rank, group, fees: options.fees ?? {} }),
    );
    this.groupOf = Int32Array.from(this.terms, ({ group }) => group);
    this.netBidPerTick = Float64Array.from(this.terms, (terms) => perTick(terms, terms.sellFactor));
    this.netAskPerTick = Float64Array.from(this.terms, (terms) => perTick(terms, terms.buyFactor));
    const slots = new Map<string, Map<string, number>>();
    for (const { row, slot } of this.terms) {
      const ofVenue = slots.get(row.venue) ?? new Map<string, number>();
      slots.set(row.venue, ofVenue.set(row.symbol, slot));
    }
    this.#slots = slots;
  }

  get size(): number {
    return this.terms.length;
  }

  /** The slot of an instrument; -1 for an unknown one. */
  slotOf(venue: string, symbol: string): number {
    return this.#slots.get(venue)?.get(symbol) ?? -1;
  }

  /** All slots of a venue; none for an unknown one. */
  slotsOf(venue: string): Iterable<number> {
    return this.#slots.get(venue)?.values() ?? [];
  }
}

/** The price of a tick with a fee, as a float. */
function perTick({ tick }: InstrumentTerms, factor: bigint): number {
  return (approximate(tick) * Number(factor)) / Number(MILLION);
}

interface Place {
  readonly row: InstrumentRow;
  readonly rank: number;
  readonly group: number;
}

/** The rows in the order of their slots: group after group, then those without one. */
function arrange(rows: readonly InstrumentRow[], groups: readonly InstrumentGroup[]): readonly Place[] {
  const byKey = new Map<string, Place>();
  for (const [rank, row] of rows.entries()) {
    const key = instrumentKey(row.venue, row.symbol);
    if (byKey.has(key)) throw invalid(`instruments[${rank}]`, 'each instrument once', key);
    byKey.set(key, { row, rank, group: -1 });
  }
  const names = new Set<string>();
  const order: Place[] = [];
  const grouped = new Set<string>();
  for (const [group, { name, instruments }] of groups.entries()) {
    if (names.has(name)) throw invalid(`groups[${group}].name`, 'a name that no other group has', name);
    names.add(name);
    for (const key of instruments) {
      const place = byKey.get(key);
      if (place === undefined) throw invalid(`groups[${group}]`, 'instruments that have a row', key);
      if (grouped.has(key)) throw invalid(`groups[${group}]`, 'an instrument in one group, once', key);
      if (!isLinear(place.row)) {
        throw invalid(
          `groups[${group}]`,
          'instruments with a fixed amount of base currency, not an inverse or quanto contract',
          key,
        );
      }
      grouped.add(key);
      order.push({ ...place, group });
    }
  }
  for (const [key, place] of byKey) if (!grouped.has(key)) order.push(place);
  return order;
}

interface Placement {
  readonly slot: number;
  readonly rank: number;
  readonly group: number;
  readonly fees: FeeSchedule;
}

function termsOf(row: InstrumentRow, { slot, rank, group, fees }: Placement): InstrumentTerms {
  const path = `instruments[${rank}]`;
  const venueFees = Object.hasOwn(fees, row.venue) ? fees[row.venue] : undefined;
  const feePpm = row.takerFeePpm ?? (venueFees && feeTierOf(row.venue, venueFees).takerFeePpm);
  if (feePpm === undefined) throw invalid(path, `a takerFeePpm, or fees of the venue ${row.venue}`, undefined);
  checkFeePpm(`${path}.takerFeePpm`, feePpm);
  const contract = !isLinear(row) ? ONE : positive(`${path}.contractValue`, row.contractValue, ONE);
  return {
    slot,
    key: instrumentKey(row.venue, row.symbol),
    row,
    group,
    rank,
    buyFactor: MILLION + BigInt(feePpm),
    sellFactor: MILLION - BigInt(feePpm),
    tick: positive(`${path}.tickSize`, row.tickSize, 1n),
    lot: scaled(
      `${path}.lotSize`,
      positive(`${path}.lotSize`, row.lotSize, row.contractValue === undefined ? 1n : ONE),
      contract,
    ),
    minQuantity: scaled(`${path}.minQty`, amount(`${path}.minQty`, row.minQty), contract),
    minNotional: amount(`${path}.minNotional`, row.minNotional),
    contract,
  };
}

/** Whether a unit of size is a fixed amount of base currency. */
function isLinear(row: InstrumentRow): boolean {
  return row.inverse !== true && row.quanto !== true;
}

function positive(path: string, text: string | undefined, fallback: bigint): bigint {
  if (text === undefined) return fallback;
  const value = parseFixed(text);
  if (value === undefined || value <= 0n) throw invalid(path, 'a decimal text above zero with at most 18 places', text);
  return value;
}

function amount(path: string, text: string | undefined): bigint {
  const value = text === undefined ? 0n : parseFixed(text);
  if (value === undefined || value < 0n) throw invalid(path, 'a decimal text from zero with at most 18 places', text);
  return value;
}

/** A size in base currency. It has to come out even: a rounded lot would round money. */
function scaled(path: string, size: bigint, contract: bigint): bigint {
  const product = size * contract;
  if (product % ONE !== 0n) throw invalid(path, 'a size that times contractValue has at most 18 places', path);
  return product / ONE;
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the instrument table: see InstrumentRow and InstrumentGroup.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}
