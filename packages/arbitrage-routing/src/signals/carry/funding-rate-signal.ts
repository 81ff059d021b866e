import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentGroup, InstrumentTerms } from '../../market/instrument-table.ts';
import { ONE } from '../../money/fixed-point.ts';
import { decideEntry } from '../entry/entry-decision.ts';
import { nextPaymentNs } from '../market/funding-schedule.ts';
import { figuresOf, formatMoney } from '../signal-figures.ts';
import type { SignalCandidate, SignalContext, SignalPart } from '../signal-part.ts';
import type { FundingFigures } from '../signal.ts';
import { readGroups } from './carry-groups.ts';
import { boughtFactor, carryConfidence, carryCostOf, carryMoney, soldFactor } from './carry-legs.ts';

/** What is looked at for `FUNDING_RATE`. */
export interface FundingRateOptions {
  /** What may be bought as one instrument and sold as another: perpetual contracts, and spot to be bought. Of one base and quote each. */
  readonly groups: readonly InstrumentGroup[];
  /** How long a pair is to be held: what is paid in this time counts. Hours, above 0, at most 8,760. Default 24. */
  readonly holdHours?: number | undefined;
}

/**
 * Pairs that earn funding: buy what pays little or is paid, sell the perpetual contract that is paid more, leave both at the prices of now
 * when the time is over. What it is worth is decided exactly, after all fees and both spreads, by section 4 of docs/signals.md.
 *
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function fundingRateSignal(context: SignalContext, options: FundingRateOptions): SignalPart {
  const { holdHours = DEFAULT_HOURS } = options;
  if (!(holdHours > 0 && holdHours <= MAX_HOURS)) {
    throw new ValidationError('INVALID_OPTIONS', {
      path: 'funding.holdHours',
      expected: `above 0, at most ${MAX_HOURS}`,
      received: showValue(holdHours),
      hint: 'Give the hours that a pair is to be held.',
    });
  }
  const holdNs = BigInt(Math.round(holdHours * NS_PER_HOUR));
  const candidates = readGroups('funding', options.groups, context).flatMap((members) =>
    members.flatMap((buy) =>
      members
        .filter((sell) => sell !== buy && isPair(buy, sell))
        .map((sell) => candidateOf(context, { buy: buy.slot, sell: sell.slot, holdNs })),
    ),
  );
  return { candidates };
}

/** Spot can be bought, and a dated contract belongs to `CALENDAR_SPREAD`. */
function isPair(buy: InstrumentTerms, sell: InstrumentTerms): boolean {
  return sell.row.kind === 'perp' && (buy.row.kind === 'perp' || buy.row.kind === 'spot');
}

function candidateOf(
  context: SignalContext,
  { buy, sell, holdNs }: { readonly buy: number; readonly sell: number; readonly holdNs: bigint },
): SignalCandidate {
  const { market } = context;
  const id = `F|${market.terms(buy).key}>${market.terms(sell).key}`;
  const settlements = [buy, sell].map((slot) => market.contract(slot).settlementSlot).filter((slot) => slot >= 0);
  return { id, type: 'FUNDING_RATE', slots: [buy, sell, ...settlements], decide };

  function decide(): FundingFigures | undefined {
    if (!market.isUsable(buy) || !market.isUsable(sell)) return undefined;
    const untilNs = market.nowNs + holdNs;
    const bought = carryCostOf(context, buy, { untilNs, feeOut: context.exitFee[buy] as bigint });
    const sold = carryCostOf(context, sell, { untilNs, feeOut: context.exitFee[sell] as bigint });
    if (bought === undefined || sold === undefined) return undefined;
    const entry = decideEntry(
      market,
      {
        buy: { slot: buy, perUnit: ONE, factor: boughtFactor(bought), exitPrice: market.bestBid(buy) },
        sell: { slot: sell, perUnit: ONE, factor: soldFactor(sold), exitPrice: market.bestAsk(sell) },
      },
      context.limits,
    );
    if (entry === undefined) return undefined;
    const costs = { buy: bought, sell: sold };
    const { fees, funding } = carryMoney(entry, costs);
    return {
      ...figuresOf(market, entry, nextPayment(context, buy, sell)),
      funding: formatMoney(funding),
      fees: formatMoney(fees),
      payments: [Number(bought.payments), Number(sold.payments)],
      confidence: carryConfidence(costs, { isExitSettled: false }),
    };
  }
}

/** The first payment of either leg after now: what holds for the time before it does not hold after it. */
function nextPayment({ market }: SignalContext, ...slots: readonly number[]): bigint {
  let first: bigint | undefined;
  for (const slot of slots) {
    const terms = market.terms(slot).row.kind === 'perp' ? market.fundingOf(slot) : undefined;
    if (terms === undefined) continue;
    const next = nextPaymentNs(terms, market.nowNs);
    if (first === undefined || next < first) first = next;
  }
  return first as bigint;
}

const DEFAULT_HOURS = 24;
const MAX_HOURS = 8760;
const NS_PER_HOUR = 3600e9;
