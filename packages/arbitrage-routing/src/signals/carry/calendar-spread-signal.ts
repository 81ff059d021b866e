import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentGroup, InstrumentTerms } from '../../market/instrument-table.ts';
import { MILLION, ONE, PLACES, floorDivide, formatFixed } from '../../money/fixed-point.ts';
import { decideEntry } from '../entry/entry-decision.ts';
import type { EntryPlan } from '../entry/entry-plan.ts';
import { nextPaymentNs } from '../market/funding-schedule.ts';
import { figuresOf, formatMoney } from '../signal-figures.ts';
import type { SignalCandidate, SignalContext, SignalPart } from '../signal-part.ts';
import type { CalendarFigures } from '../signal.ts';
import { readGroups } from './carry-groups.ts';
import { boughtFactor, carryConfidence, carryCostOf, carryMoney, soldFactor, type CarryCost } from './carry-legs.ts';

/** What is looked at for `CALENDAR_SPREAD`. */
export interface CalendarSpreadOptions {
  /** Instruments of one base and quote: spot, perpetual and dated contracts. */
  readonly groups: readonly InstrumentGroup[];
  /** What a year of 365 days has to bring, in whole parts per million of what is bought. Default 0. */
  readonly minAnnualPpm?: number | undefined;
  /** What a later contract is worth above a nearer one when the nearer one settles, in whole parts per million a year. Default 0. */
  readonly fairAnnualPpm?: number | undefined;
}

interface CalendarPair {
  readonly near: InstrumentTerms;
  readonly far: InstrumentTerms;
  readonly isFarSold: boolean;
  /** When the pair ends: with the nearer contract, or with the later one when the other has no end. */
  readonly exitNs: bigint;
  /** When each settles; undefined for spot and perpetual contracts. */
  readonly nearExpiryNs: bigint | undefined;
  readonly farExpiryNs: bigint;
}

/**
 * Pairs of different expiries: the basis that closes by the end, against fees and funding. Section 5 of docs/signals.md.
 *
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function calendarSpreadSignal(context: SignalContext, options: CalendarSpreadOptions): SignalPart {
  const minAnnualPpm = wholePpm('calendar.minAnnualPpm', options.minAnnualPpm ?? 0);
  const fairAnnualPpm = wholePpm('calendar.fairAnnualPpm', options.fairAnnualPpm ?? 0);
  const candidates = readGroups('calendar', options.groups, context).flatMap((members) =>
    members.flatMap((near) =>
      members
        .flatMap((far) => pairsOf(near, far))
        .map((pair) => candidateOf(context, pair, { minAnnualPpm, fairAnnualPpm })),
    ),
  );
  return { candidates };
}

/** Both directions of a pair, but for one that would sell spot. */
function pairsOf(near: InstrumentTerms, far: InstrumentTerms): readonly CalendarPair[] {
  const [nearExpiryNs, farExpiryNs] = [expiryNs(near), expiryNs(far)];
  const isUnder = near.row.kind === 'spot' || near.row.kind === 'perp';
  if (farExpiryNs === undefined || (nearExpiryNs === undefined && !isUnder)) return [];
  if (nearExpiryNs !== undefined && nearExpiryNs >= farExpiryNs) return [];
  const pair = { near, far, exitNs: nearExpiryNs ?? farExpiryNs, nearExpiryNs, farExpiryNs };
  const sold = { ...pair, isFarSold: true };
  return near.row.kind === 'spot' ? [sold] : [sold, { ...pair, isFarSold: false }];
}

function expiryNs({ row, key }: InstrumentTerms): bigint | undefined {
  if (row.kind !== 'future') return undefined;
  const { expiryMs } = row;
  if (expiryMs === undefined || !Number.isSafeInteger(expiryMs) || expiryMs <= 0) {
    throw invalid(key, 'a dated contract with its expiryMs, milliseconds since 1970', expiryMs);
  }
  return BigInt(expiryMs) * NS_PER_MS;
}

interface AnnualRates {
  readonly minAnnualPpm: bigint;
  readonly fairAnnualPpm: bigint;
}

function candidateOf(context: SignalContext, pair: CalendarPair, rates: AnnualRates): SignalCandidate {
  const { market } = context;
  const [buy, sell] = pair.isFarSold ? [pair.near.slot, pair.far.slot] : [pair.far.slot, pair.near.slot];
  const settlements = [buy, sell].map((slot) => market.contract(slot).settlementSlot).filter((slot) => slot >= 0);
  const id = `K|${market.terms(buy).key}>${market.terms(sell).key}`;
  return { id, type: 'CALENDAR_SPREAD', slots: [buy, sell, ...settlements], decide };

  function decide(): CalendarFigures | undefined {
    const { nowNs } = market;
    if (nowNs >= pair.exitNs || !market.isUsable(buy) || !market.isUsable(sell)) return undefined;
    const bought = costOf(context, buy, pair);
    const sold = costOf(context, sell, pair);
    if (bought === undefined || sold === undefined) return undefined;
    const exits = exitPrices(context, pair, rates.fairAnnualPpm);
    const plan: EntryPlan = {
      buy: {
        slot: buy,
        perUnit: ONE,
        factor: boughtFactor(bought),
        exitPrice: pair.isFarSold ? exits.near : exits.far,
      },
      sell: { slot: sell, perUnit: ONE, factor: soldFactor(sold), exitPrice: pair.isFarSold ? exits.far : exits.near },
    };
    const entry = decideEntry(market, plan, context.limits);
    if (entry?.buy === undefined) return undefined;
    const annualPpm = floorDivide(entry.profit * MILLION * YEAR_NS, entry.buy.notional * ONE * (pair.exitNs - nowNs));
    if (annualPpm < rates.minAnnualPpm) return undefined;
    const costs = { buy: bought, sell: sold };
    const { fees, funding } = carryMoney(entry, costs);
    return {
      ...figuresOf(market, entry, expiryOf(context, pair)),
      funding: formatMoney(funding),
      fees: formatMoney(fees),
      payments: [Number(bought.payments), Number(sold.payments)],
      confidence: carryConfidence(costs, { isExitSettled: pair.farExpiryNs === pair.exitNs }),
      holdUntilNs: pair.exitNs.toString(),
      basis: formatFixed((middles(context, pair.far) - middles(context, pair.near)) * 5n, PLACES + 1),
      annualPpm: annualPpm.toString(),
    };
  }
}

function costOf(context: SignalContext, slot: number, pair: CalendarPair): CarryCost | undefined {
  const { row } = context.market.terms(slot);
  const settles = slot === pair.far.slot ? pair.farExpiryNs === pair.exitNs : pair.nearExpiryNs === pair.exitNs;
  const feeOut = settles ? BigInt(row.settlementFeePpm ?? 0) * PPM : (context.exitFee[slot] as bigint);
  return carryCostOf(context, slot, { untilNs: pair.exitNs, feeOut });
}

/**
 * What each leg is left at, if what the nearer one is worth stays as it is: what settles, at the middle of the nearer one; what has to be
 * traded, across its spread. Rounded against the trade.
 */
function exitPrices({ market }: SignalContext, pair: CalendarPair, fairAnnualPpm: bigint) {
  const [near, far] = [pair.near.slot, pair.far.slot];
  // Twice the middle: what halving rounds off is added where the leg has to be bought back.
  const twice = market.bestBid(near) + market.bestAsk(near);
  const isNearSold = !pair.isFarSold;
  const traded = isNearSold ? market.bestAsk(near) : market.bestBid(near);
  const nearExit = pair.nearExpiryNs === undefined ? traded : half(twice, isNearSold);
  const restNs = pair.farExpiryNs - pair.exitNs;
  if (restNs === 0n) return { near: nearExit, far: half(twice, pair.isFarSold) };
  const spread = market.bestAsk(far) - market.bestBid(far);
  const rise = twice * fairAnnualPpm * restNs;
  const yearly = MILLION * YEAR_NS;
  const fair = twice + (pair.isFarSold ? (rise + yearly - 1n) / yearly : rise / yearly);
  return { near: nearExit, far: half(pair.isFarSold ? fair + spread : fair - spread, pair.isFarSold) };
}

function half(twice: bigint, isUp: boolean): bigint {
  return floorDivide(isUp ? twice + 1n : twice, 2n);
}

/** Best bid and best ask together. */
function middles({ market }: SignalContext, { slot }: InstrumentTerms): bigint {
  return market.bestBid(slot) + market.bestAsk(slot);
}

/** Until the pair ends, or the nearer one pays funding. */
function expiryOf({ market }: SignalContext, { near, exitNs }: CalendarPair): bigint {
  const terms = near.row.kind === 'perp' ? market.fundingOf(near.slot) : undefined;
  if (terms === undefined) return exitNs;
  const next = nextPaymentNs(terms, market.nowNs);
  return next < exitNs ? next : exitNs;
}

function wholePpm(path: string, ppm: number): bigint {
  if (!Number.isInteger(ppm) || ppm < 0 || ppm > MAX_PPM) throw invalid(path, `an integer from 0 to ${MAX_PPM}`, ppm);
  return BigInt(ppm);
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the calendar spreads: see CalendarSpreadOptions and InstrumentRow.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const YEAR_NS = 365n * 86_400n * 1_000_000_000n;
const NS_PER_MS = 1_000_000n;
const PPM = 10n ** 12n;
const MAX_PPM = 100_000_000;
