import type { ArbitrageDetector } from '../detection/arbitrage-detector.ts';
import type { OpportunitySource } from '../detection/opportunity-sink.ts';
import type { CycleFigures, PairFigures } from '../detection/transition.ts';
import type { InstrumentTerms } from '../market/instrument-table.ts';
import { ASK, BID } from '../market/levels.ts';
import { MILLION, ONE, parseFixed } from '../money/fixed-point.ts';

/** One order that would be sent: at once or not at all, within its limit. Amounts in 1e-18, the quantity in base currency. */
export interface PlannedLeg {
  readonly slot: number;
  readonly side: 'BUY' | 'SELL';
  readonly limit: bigint;
  readonly quantity: bigint;
}

/**
 * The orders that an opportunity asks for. Empty when there are none that fit: the figures are of another type, or a step of a cycle is less than a lot.
 *
 * A spread's orders stand in its figures. Those of a cycle are worked out from the best levels as they are now: each step spends what the one before it
 * brings after the fee, floored to its own lot, so that no step asks for more than it has.
 */
export function planLegs(
  detector: ArbitrageDetector,
  source: OpportunitySource,
  figures: PairFigures | CycleFigures,
): readonly PlannedLeg[] {
  if ('qty' in figures) return planPair(source, figures);
  return 'capacity' in figures ? planCycle(detector, source, figures) : [];
}

function planPair(source: OpportunitySource, figures: PairFigures): readonly PlannedLeg[] {
  const quantity = parseFixed(figures.qty) ?? 0n;
  return source.legs.map(({ slot, side }) => {
    const limit = parseFixed(side === 'BUY' ? figures.buyLimit : figures.sellLimit) ?? 0n;
    return { slot, side, limit, quantity };
  });
}

function planCycle(
  detector: ArbitrageDetector,
  source: OpportunitySource,
  figures: CycleFigures,
): readonly PlannedLeg[] {
  const legs: PlannedLeg[] = [];
  let amount = parseFixed(figures.capacity) ?? 0n;
  for (const { slot, side } of source.legs) {
    const terms = detector.termsOf(slot);
    const book = side === 'SELL' ? BID : ASK;
    if (terms === undefined || detector.levels.depth(slot, book) === 0) return [];
    const limit = detector.levels.price(slot, book, 0);
    const quantity = quantityOf(terms, { side, limit, amount });
    if (quantity === 0n) return [];
    legs.push({ slot, side, limit, quantity });
    amount = side === 'SELL' ? (quantity * limit * terms.sellFactor) / (ONE * MILLION) : quantity;
  }
  return legs;
}

/** How much a step trades with what it is given: base currency to sell, or quote currency to buy for, its fee included. */
function quantityOf(
  terms: InstrumentTerms,
  { side, limit, amount }: { readonly side: 'BUY' | 'SELL'; readonly limit: bigint; readonly amount: bigint },
): bigint {
  const most = side === 'SELL' ? amount : (amount * ONE * MILLION) / (limit * terms.buyFactor);
  return most - (most % terms.lot);
}
