import { ValidationError, showValue } from '@tradewind/core-types';
import { checkFeePpm, feeTierOf, type FeeSchedule } from '../market/fees.ts';
import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';

/** Fees by slot, as fractions in 1e-18. */
export interface SignalFees {
  /** Of an order that takes: how a position is entered. */
  readonly entryFee: readonly bigint[];
  /** Of the order by which it is left. */
  readonly exitFee: readonly bigint[];
}

/** What decides how a position is left. */
export interface ExitOptions {
  readonly fees?: FeeSchedule | undefined;
  readonly exitLiquidity?: 'taker' | 'maker' | undefined;
}

/** @throws ValidationError `INVALID_OPTIONS` for fees that are no integers of parts per million. */
export function signalFeesOf(table: InstrumentTable, options: ExitOptions): SignalFees {
  const { exitLiquidity = 'taker', fees = {} } = options;
  if (exitLiquidity !== 'taker' && exitLiquidity !== 'maker') {
    throw new ValidationError('INVALID_OPTIONS', {
      path: 'exitLiquidity',
      expected: "'taker' or 'maker'",
      received: showValue(exitLiquidity),
      hint: 'Say whether positions are left across the spread or with resting orders.',
    });
  }
  const takers = table.terms.map(({ buyFactor }) => buyFactor - MILLION);
  const makers = table.terms.map((terms, slot) => makerFeeOf(terms, { fees, taker: takers[slot] as bigint }));
  return {
    entryFee: takers.map(toFraction),
    exitFee: (exitLiquidity === 'maker' ? makers : takers).map(toFraction),
  };
}

function makerFeeOf(
  { row, rank }: InstrumentTerms,
  { fees, taker }: { readonly fees: FeeSchedule; readonly taker: bigint },
): bigint {
  checkFeePpm(`instruments[${rank}].settlementFeePpm`, row.settlementFeePpm ?? 0);
  const ofVenue = Object.hasOwn(fees, row.venue) ? fees[row.venue] : undefined;
  const maker = row.makerFeePpm ?? (ofVenue && feeTierOf(row.venue, ofVenue).makerFeePpm);
  if (maker === undefined) return taker;
  checkFeePpm(`instruments[${rank}].makerFeePpm`, maker);
  return BigInt(maker);
}

function toFraction(ppm: bigint): bigint {
  return ppm * FRACTION_PER_PPM;
}

const MILLION = 1_000_000n;
const FRACTION_PER_PPM = 10n ** 12n;
