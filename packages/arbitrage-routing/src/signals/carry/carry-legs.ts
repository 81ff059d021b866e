import { MILLION, ONE, formatFixed } from '../../money/fixed-point.ts';
import type { Entry } from '../entry/entry-plan.ts';
import { paymentsWithin } from '../market/funding-schedule.ts';
import type { SignalContext } from '../signal-part.ts';

/** What holding one side of a pair costs or brings, as fractions of notional in 1e-18. */
export interface CarryCost {
  /** Trading fees in and out. */
  readonly fee: bigint;
  /** What who is long pays in funding; negative: he is paid. */
  readonly funding: bigint;
  readonly payments: bigint;
  /** For how many of them the venue has named the rate: the next one, or none. */
  readonly announced: bigint;
}

/**
 * The costs of a leg that is held from now to a moment. `feeOut` is what leaving costs.
 *
 * @returns Undefined for a perpetual contract whose funding is not known.
 */
export function carryCostOf(
  { market, entryFee }: SignalContext,
  slot: number,
  { untilNs, feeOut }: { readonly untilNs: bigint; readonly feeOut: bigint },
): CarryCost | undefined {
  const fee = (entryFee[slot] as bigint) + feeOut;
  if (market.terms(slot).row.kind !== 'perp') return { fee, funding: 0n, payments: 0n, announced: 0n };
  const terms = market.fundingOf(slot);
  if (terms === undefined) return undefined;
  const payments = paymentsWithin(terms, market.nowNs, untilNs);
  const isNextIn = terms.isAnnounced && market.nowNs < terms.nextNs && terms.nextNs <= untilNs;
  return { fee, funding: terms.rate * payments, payments, announced: isNextIn ? 1n : 0n };
}

/** What one quote currency of a bought leg's notional costs in the end. */
export function boughtFactor({ fee, funding }: CarryCost): bigint {
  return ONE + fee + funding;
}

/** What one quote currency of a sold leg's notional brings in the end. */
export function soldFactor({ fee, funding }: CarryCost): bigint {
  return ONE - fee + funding;
}

/**
 * Of all that the profit stands on, each payment and the price at which the legs part, the share that is known by now: payments whose rate the venue
 * has named, and the price where a contract settles it. Six places, cut off. No probability.
 */
export function carryConfidence(
  costs: { readonly buy: CarryCost; readonly sell: CarryCost },
  { isExitSettled }: { readonly isExitSettled: boolean },
): string {
  const { buy, sell } = costs;
  const known = buy.announced + sell.announced + (isExitSettled ? 1n : 0n);
  return formatFixed((known * MILLION) / (buy.payments + sell.payments + 1n), CONFIDENCE_PLACES);
}

/** What an entry pays in fees and is paid in funding, in 1e-54. */
export function carryMoney(
  { buy, sell }: Entry,
  costs: { readonly buy: CarryCost; readonly sell: CarryCost },
): { readonly fees: bigint; readonly funding: bigint } {
  const [bought, sold] = [buy?.notional ?? 0n, sell?.notional ?? 0n];
  return {
    fees: bought * costs.buy.fee + sold * costs.sell.fee,
    funding: sold * costs.sell.funding - bought * costs.buy.funding,
  };
}

const CONFIDENCE_PLACES = 6;
