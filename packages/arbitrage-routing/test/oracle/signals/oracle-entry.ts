import type { SignalDetectorOptions } from '../../../src/signals/signal-detector.ts';
import type { Level, OracleInstrument, OracleMarket } from './oracle-market.ts';
import { ceilAt, floorAt, isAbove, minus, over, plus, ratio, readDecimal, show, times, type Ratio } from './ratio.ts';

export interface OracleLeg {
  readonly instrument: OracleInstrument;
  readonly perUnit: Ratio;
  readonly factor: Ratio;
  readonly exit: Ratio;
}

export interface OracleEntry {
  readonly legs: readonly OracleFill[];
  readonly profit: Ratio;
  readonly edgePpm: bigint;
}

interface OracleFill {
  readonly instrument: OracleInstrument;
  readonly side: 'BUY' | 'SELL';
  readonly units: Ratio;
  readonly base: Ratio;
  readonly notional: Ratio;
  readonly limit: Ratio;
}

const ZERO = ratio(0n);
const FINE = 18;
const at18 = (value: bigint): Ratio => ratio(value, 10n ** 18n);

/** Section 1.4 of the specification, step by step. */
export function oracleEntry(
  { options }: OracleMarket,
  { buy, sell }: { readonly buy?: OracleLeg; readonly sell?: OracleLeg },
): OracleEntry | undefined {
  if ([buy, sell].some((leg) => leg !== undefined && leg.factor.n <= 0n)) return undefined;
  const units = unitsThatPay(options, buy, sell);
  const lot = equalLot(buy, sell);
  const fills: OracleFill[] = [];
  for (const [leg, side] of [
    [buy, 'BUY'],
    [sell, 'SELL'],
  ] as const) {
    if (leg === undefined) continue;
    const wanted = at18(floorAt(times(units, leg.perUnit), FINE));
    const filled = fill(leg, side, lot === undefined ? wanted : times(ratio(floorAt(over(wanted, lot), 0)), lot));
    if (filled === undefined) return undefined;
    fills.push(filled);
  }
  let profit = ZERO;
  for (const { side, base, notional } of fills) {
    const { factor, exit } = (side === 'BUY' ? buy : sell) as OracleLeg;
    const gain = minus(times(base, exit), times(notional, factor));
    const loss = minus(times(notional, factor), times(base, exit));
    profit = plus(profit, side === 'BUY' ? gain : loss);
  }
  const minProfit = readDecimal(options.minProfit ?? '0') as Ratio;
  if (profit.n <= 0n || isAbove(minProfit, profit)) return undefined;
  const edgePpm = floorAt(over(times(profit, ratio(1_000_000n)), (fills[0] as OracleFill).notional), 0);
  return edgePpm < BigInt(options.minEdgePpm ?? 0) ? undefined : { legs: fills, profit, edgePpm };
}

interface Part {
  readonly price: Ratio;
  units: Ratio;
}

function partsOf({ instrument, perUnit }: OracleLeg, levels: readonly Level[]): Part[] {
  return levels
    .map(({ price, size }) => {
      const base = at18(floorAt(instrument.baseOf(size, price), FINE));
      return { price, units: at18(floorAt(over(base, perUnit), FINE)) };
    })
    .filter(({ units }) => units.n > 0n);
}

function unitsThatPay(options: SignalDetectorOptions, buy: OracleLeg | undefined, sell: OracleLeg | undefined): Ratio {
  const asks = buy && partsOf(buy, buy.instrument.asks);
  const bids = sell && partsOf(sell, sell.instrument.bids);
  const cap = options.maxNotional === undefined ? undefined : (readDecimal(options.maxNotional) as Ratio);
  let [total, spent] = [ZERO, ZERO];
  for (;;) {
    const [ask, bid] = [asks?.[0], bids?.[0]];
    const [capped, leg] = [ask ?? bid, buy ?? sell];
    if ((asks && ask === undefined) || (bids && bid === undefined) || !capped || !leg) return total;
    let gain = ZERO;
    if (buy && ask) gain = plus(gain, times(buy.perUnit, minus(buy.exit, times(ask.price, buy.factor))));
    if (sell && bid) gain = plus(gain, times(sell.perUnit, minus(times(bid.price, sell.factor), sell.exit)));
    if (gain.n <= 0n) return total;
    const [x, y] = [ask?.units ?? capped.units, bid?.units ?? capped.units];
    const take = isAbove(x, y) ? y : x;
    const price = times(capped.price, leg.perUnit);
    if (cap !== undefined && isAbove(plus(spent, times(price, take)), cap)) {
      return plus(total, at18(floorAt(over(minus(cap, spent), price), FINE)));
    }
    total = plus(total, take);
    spent = plus(spent, times(price, take));
    for (const [queue, part] of [
      [asks, ask],
      [bids, bid],
    ] as const) {
      if (part === undefined) continue;
      part.units = minus(part.units, take);
      if (part.units.n === 0n) queue?.shift();
    }
  }
}

function equalLot(buy: OracleLeg | undefined, sell: OracleLeg | undefined): Ratio | undefined {
  if (buy === undefined || sell === undefined || !buy.instrument.isLinear || !sell.instrument.isLinear)
    return undefined;
  if (isAbove(buy.perUnit, sell.perUnit) || isAbove(sell.perUnit, buy.perUnit)) return undefined;
  const [a, b] = [floorAt(buy.instrument.lot, FINE), floorAt(sell.instrument.lot, FINE)];
  return at18((a * b) / greatest(a, b));
}

function greatest(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatest(b, a % b);
}

function fill({ instrument }: OracleLeg, side: 'BUY' | 'SELL', wanted: Ratio): OracleFill | undefined {
  const levels = side === 'BUY' ? instrument.asks : instrument.bids;
  let [left, most] = [wanted, ZERO];
  for (const { price, size } of levels) {
    if (left.n <= 0n) break;
    const fits = at18(floorAt(unitsFor(instrument, left, price), FINE));
    if (isAbove(size, fits)) {
      most = plus(most, fits);
      break;
    }
    most = plus(most, size);
    left = minus(left, at18(floorAt(instrument.baseOf(size, price), FINE)));
  }
  const units = times(ratio(floorAt(over(most, instrument.lot), 0)), instrument.lot);
  if (units.n === 0n || isAbove(instrument.minQuantity, units)) return undefined;
  let [rest, base, notional, limit] = [units, ZERO, ZERO, ZERO];
  for (const { price, size } of levels) {
    if (rest.n === 0n) break;
    const take = isAbove(rest, size) ? size : rest;
    const exact = instrument.baseOf(take, price);
    const floored = at18(floorAt(exact, FINE));
    base = plus(base, side === 'BUY' ? floored : at18(ceilAt(exact, FINE)));
    notional = plus(
      notional,
      instrument.row.inverse === true ? times(take, instrument.contractValue) : times(floored, price),
    );
    rest = minus(rest, take);
    limit = price;
  }
  if (isAbove(readDecimal(instrument.row.minNotional ?? '0') as Ratio, notional)) return undefined;
  return { instrument, side, units, base, notional, limit };
}

function unitsFor(instrument: OracleInstrument, base: Ratio, price: Ratio): Ratio {
  if (instrument.isLinear) return base;
  if (instrument.row.inverse === true) return over(times(base, price), instrument.contractValue);
  return instrument.quantoUnit.n === 0n ? ZERO : over(base, instrument.quantoUnit);
}

/** What every signal reports. */
export function oracleFigures(
  market: OracleMarket,
  entry: OracleEntry | undefined,
  expiresAtNs: bigint,
): Record<string, unknown> {
  const remainingMs = Number(expiresAtNs - market.nowNs) / 1e6;
  const urgency =
    remainingMs < 100 ? 'IMMEDIATE' : remainingMs < 500 ? 'URGENT' : remainingMs < 2000 ? 'MODERATE' : 'LOW';
  return {
    legs: (entry?.legs ?? []).map(({ instrument: { row }, side, units, notional, limit }) => ({
      venue: row.venue,
      symbol: row.symbol,
      side,
      qty: show(units, 18),
      notional: show(notional, 36),
      limit: show(limit, 18),
    })),
    profit: show(entry?.profit ?? ZERO, 54),
    edgePpm: (entry?.edgePpm ?? 0n).toString(),
    urgency,
    expiresAtNs: expiresAtNs.toString(),
  };
}
