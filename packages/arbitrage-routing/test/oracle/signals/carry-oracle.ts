import type { InstrumentGroup } from '../../../src/market/instrument-table.ts';
import type { OracleCandidate } from './signal-oracle.ts';
import { oracleEntry, oracleFigures, type OracleEntry, type OracleLeg } from './oracle-entry.ts';
import type { OracleInstrument, OracleMarket } from './oracle-market.ts';
import { ceilAt, floorAt, minus, over, plus, ratio, show, times, type Ratio } from './ratio.ts';

const ONE = ratio(1n);
const YEAR_NS = ratio(365n * 86_400n * 10n ** 9n);

interface Cost {
  readonly fee: Ratio;
  readonly funding: Ratio;
  readonly payments: number;
  /** Payments whose rate the venue has named. */
  readonly named: number;
}

function costOf(each: OracleInstrument, feeOut: Ratio, span: readonly [bigint, bigint]): Cost | undefined {
  const fee = plus(each.entryFee, feeOut);
  if (each.row.kind !== 'perp') return { fee, funding: ratio(0n), payments: 0, named: 0 };
  const paid = each.payments(...span);
  if (paid === undefined) return undefined;
  const named = paid.times.filter((at) => at === each.namedPaymentNs).length;
  return { fee, funding: times(paid.rate, ratio(BigInt(paid.times.length))), payments: paid.times.length, named };
}

function legs(
  buy: OracleInstrument,
  sell: OracleInstrument,
  costs: readonly [Cost, Cost],
  exits: readonly [Ratio, Ratio],
) {
  const perUnit = ONE;
  const bought: OracleLeg = {
    instrument: buy,
    perUnit,
    factor: plus(ONE, plus(costs[0].fee, costs[0].funding)),
    exit: exits[0],
  };
  const sold: OracleLeg = {
    instrument: sell,
    perUnit,
    factor: plus(minus(ONE, costs[1].fee), costs[1].funding),
    exit: exits[1],
  };
  return { buy: bought, sell: sold };
}

function money({ legs: fills }: OracleEntry, [bought, sold]: readonly [Cost, Cost], settledExits: 0 | 1) {
  const settled = ratio(BigInt(bought.named + sold.named + settledExits));
  const all = ratio(BigInt(bought.payments + sold.payments + 1));
  const [n, m] = fills.map(({ notional }) => notional) as [Ratio, Ratio];
  return {
    funding: show(minus(times(m, sold.funding), times(n, bought.funding)), 54),
    fees: show(plus(times(n, bought.fee), times(m, sold.fee)), 54),
    payments: [bought.payments, sold.payments],
    confidence: show(ratio(floorAt(over(settled, all), 6), 1_000_000n), 6),
  };
}

function ordered(market: OracleMarket, groups: readonly InstrumentGroup[]) {
  return groups.flatMap(({ instruments }) =>
    instruments.flatMap((a) => instruments.filter((b) => b !== a).map((b) => [market.of(a), market.of(b)] as const)),
  );
}

export function fundingCandidates(market: OracleMarket): readonly OracleCandidate[] {
  const options = market.options.funding;
  if (options === undefined) return [];
  const holdNs = BigInt(Math.round((options.holdHours ?? 24) * 3600e9));
  return ordered(market, options.groups)
    .filter(([buy, sell]) => sell.row.kind === 'perp' && ['perp', 'spot'].includes(buy.row.kind))
    .map(([buy, sell]) => ({
      id: `F|${buy.key}>${sell.key}`,
      type: 'FUNDING_RATE',
      instruments: [buy, sell],
      decide: () => {
        if (!market.isUsable(buy) || !market.isUsable(sell)) return undefined;
        const span = [market.nowNs, market.nowNs + holdNs] as const;
        const costs = [costOf(buy, buy.exitFee, span), costOf(sell, sell.exitFee, span)] as const;
        if (costs[0] === undefined || costs[1] === undefined) return undefined;
        const known = costs as readonly [Cost, Cost];
        const entry = oracleEntry(market, legs(buy, sell, known, [buy.bid, sell.ask]));
        if (entry === undefined) return undefined;
        const nexts = [buy, sell].flatMap((each) => each.nextPaymentNs(market.nowNs) ?? []);
        const next = nexts.reduce((a, b) => (a < b ? a : b));
        return { ...oracleFigures(market, entry, next), ...money(entry, known, 0) };
      },
    }));
}

export function calendarCandidates(market: OracleMarket): readonly OracleCandidate[] {
  const options = market.options.calendar;
  if (options === undefined) return [];
  const candidates: OracleCandidate[] = [];
  for (const [near, far] of ordered(market, options.groups)) {
    const [nearNs, farNs] = [expiry(near), expiry(far)];
    const isOpen = near.row.kind === 'spot' || near.row.kind === 'perp';
    if (farNs === undefined || !(isOpen || (nearNs !== undefined && nearNs < farNs))) continue;
    candidates.push(calendarCandidate(market, { near, far, nearNs, farNs, isFarSold: true }));
    if (near.row.kind !== 'spot')
      candidates.push(calendarCandidate(market, { near, far, nearNs, farNs, isFarSold: false }));
  }
  return candidates;
}

interface CalendarQuestion {
  readonly near: OracleInstrument;
  readonly far: OracleInstrument;
  readonly nearNs: bigint | undefined;
  readonly farNs: bigint;
  readonly isFarSold: boolean;
}

function calendarCandidate(market: OracleMarket, question: CalendarQuestion): OracleCandidate {
  const { near, far, nearNs, farNs, isFarSold } = question;
  const options = market.options.calendar;
  const exitNs = nearNs ?? farNs;
  const [buy, sell] = isFarSold ? [near, far] : [far, near];
  return { id: `K|${buy.key}>${sell.key}`, type: 'CALENDAR_SPREAD', instruments: [buy, sell], decide };

  function decide(): Record<string, unknown> | undefined {
    if (market.nowNs >= exitNs || !market.isUsable(buy) || !market.isUsable(sell)) return undefined;
    const span = [market.nowNs, exitNs] as const;
    const feeOut = (each: OracleInstrument): Ratio =>
      expiry(each) === exitNs ? ratio(BigInt(each.row.settlementFeePpm ?? 0), 1_000_000n) : each.exitFee;
    const costs = [costOf(buy, feeOut(buy), span), costOf(sell, feeOut(sell), span)];
    if (costs[0] === undefined || costs[1] === undefined) return undefined;
    const known = costs as [Cost, Cost];
    const exits = [exitOf(buy), exitOf(sell)] as const;
    const entry = oracleEntry(market, legs(buy, sell, known, exits));
    if (entry === undefined) return undefined;
    const left = ratio(exitNs - market.nowNs);
    const annual = over(
      times(times(entry.profit, ratio(1_000_000n)), YEAR_NS),
      times(entry.legs[0]?.notional as Ratio, left),
    );
    const annualPpm = floorAt(annual, 0);
    if (annualPpm < BigInt(options?.minAnnualPpm ?? 0)) return undefined;
    const next = near.nextPaymentNs(market.nowNs);
    const middles = minus(middle(far), middle(near));
    return {
      ...oracleFigures(market, entry, next !== undefined && next < exitNs ? next : exitNs),
      ...money(entry, known, farNs === exitNs ? 1 : 0),
      holdUntilNs: exitNs.toString(),
      basis: show(middles, 19),
      annualPpm: annualPpm.toString(),
    };
  }

  /** What a leg is left at, rounded to 18 places against the trade. */
  function exitOf(each: OracleInstrument): Ratio {
    const isSold = each === sell;
    const round = (price: Ratio): Ratio => ratio(isSold ? ceilAt(price, 18) : floorAt(price, 18), 10n ** 18n);
    if (each === near) return nearNs === undefined ? (isSold ? near.ask : near.bid) : round(middle(near));
    if (farNs === exitNs) return round(middle(near));
    // The rise is rounded before the spread is halved with it, as the specification says.
    const rise = over(
      times(
        times(plus(near.bid, near.ask), ratio(BigInt(options?.fairAnnualPpm ?? 0), 1_000_000n)),
        ratio(farNs - exitNs),
      ),
      YEAR_NS,
    );
    const rounded = ratio(isSold ? ceilAt(rise, 18) : floorAt(rise, 18), 10n ** 18n);
    const twice = plus(plus(near.bid, near.ask), rounded);
    const spread = minus(far.ask, far.bid);
    return round(over(isSold ? plus(twice, spread) : minus(twice, spread), ratio(2n)));
  }
}

function expiry({ row }: OracleInstrument): bigint | undefined {
  return row.kind === 'future' && row.expiryMs !== undefined ? BigInt(row.expiryMs) * 1_000_000n : undefined;
}

function middle(each: OracleInstrument): Ratio {
  return over(plus(each.bid, each.ask), ratio(2n));
}
