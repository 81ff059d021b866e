import { urgencyOf } from '../lifecycle/opportunity.ts';
import { PLACES, formatFixed } from '../money/fixed-point.ts';
import type { Entry, FilledLeg } from './entry/entry-plan.ts';
import type { SignalMarket } from './market/signal-market.ts';
import type { SignalFigures, SignalLeg } from './signal.ts';

/** Places of a notional, and of money that a fee or rate went into. */
const NOTIONAL_PLACES = 2 * PLACES;
const PROFIT_PLACES = 3 * PLACES;

/** Puts into words what every signal reports; without an entry there is nothing more to enter. */
export function figuresOf(market: SignalMarket, entry: Entry | undefined, expiresAtNs: bigint): SignalFigures {
  const legs: SignalLeg[] = [];
  if (entry?.buy !== undefined) legs.push(legOf(market, entry.buy));
  if (entry?.sell !== undefined) legs.push(legOf(market, entry.sell));
  return {
    legs,
    profit: formatMoney(entry?.profit ?? 0n),
    edgePpm: (entry?.edgePpm ?? 0n).toString(),
    urgency: urgencyOf(Number(expiresAtNs - market.nowNs) / NS_PER_MS),
    expiresAtNs: expiresAtNs.toString(),
  };
}

/** Money in 1e-54 as text. */
export function formatMoney(value: bigint): string {
  return formatFixed(value, PROFIT_PLACES);
}

function legOf(market: SignalMarket, { slot, side, units, notional, limit }: FilledLeg): SignalLeg {
  const { venue, symbol } = market.terms(slot).row;
  return {
    venue,
    symbol,
    side,
    qty: formatFixed(units, PLACES),
    notional: formatFixed(notional, NOTIONAL_PLACES),
    limit: formatFixed(limit, PLACES),
  };
}

const NS_PER_MS = 1e6;
