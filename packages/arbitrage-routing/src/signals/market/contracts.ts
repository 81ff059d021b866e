import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentTable, InstrumentTerms } from '../../market/instrument-table.ts';
import { ONE, parseFixed } from '../../money/fixed-point.ts';

/**
 * How sizes and prices of an instrument become amounts of base currency and of money.
 *
 * `linear`: a unit of size is base currency (`InstrumentTable` has multiplied contracts out). `inverse`: a contract is a fixed amount of quote
 * currency, its base currency depends on the price. `quanto`: a contract gains a fixed amount of a third asset while the price rises by one.
 */
export interface Contract {
  readonly kind: 'linear' | 'inverse' | 'quanto';
  /** Inverse: quote currency of a contract; quanto: of the third asset, for a price of one. In 1e-18. */
  readonly value: bigint;
  /** The slot that prices the third asset of a quanto contract; -1 without one. */
  readonly settlementSlot: number;
}

/** @throws ValidationError `INVALID_OPTIONS` for an inverse or quanto contract that lacks what it is counted by. */
export function contractOf(terms: InstrumentTerms, table: InstrumentTable): Contract {
  const { row, key } = terms;
  if (row.inverse !== true && row.quanto !== true) return { kind: 'linear', value: ONE, settlementSlot: -1 };
  const value = row.contractValue === undefined ? undefined : parseFixed(row.contractValue);
  if (value === undefined || value <= 0n) throw invalid(key, 'a contractValue above zero', row.contractValue);
  if (row.quanto !== true) return { kind: 'inverse', value, settlementSlot: -1 };
  if (row.inverse === true) throw invalid(key, 'a contract that is inverse or quanto, not both', 'both');
  const settlement = table.terms.find((other) => other.key === row.settlementInstrument);
  if (settlement === undefined || settlement.row.quanto === true) {
    throw invalid(key, 'a settlementInstrument that has a row and is no quanto contract', row.settlementInstrument);
  }
  return { kind: 'quanto', value, settlementSlot: settlement.slot };
}

function invalid(key: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the instrument table: see InstrumentRow.';
  return new ValidationError('INVALID_OPTIONS', { path: key, expected, received: showValue(received), hint });
}
