import { criticalValue, probabilityOf } from '../../../src/signals/statistical/mackinnon.ts';
import { cointegrationOracle, type OracleCointegration } from './cointegration-oracle.ts';
import { oracleEntry, oracleFigures } from './oracle-entry.ts';
import type { OracleInstrument, OracleMarket } from './oracle-market.ts';
import {
  ceilAt,
  floorAt,
  isAbove,
  minus,
  over,
  plus,
  ratio,
  readDecimal,
  rootOf,
  showScaled,
  times,
  type Ratio,
} from './ratio.ts';
import type { OracleCandidate, OraclePart } from './signal-oracle.ts';

interface Model extends OracleCointegration {
  readonly samples: number;
  readonly hedge: Ratio;
  readonly halfLifeMs: number;
}

interface Pair {
  readonly y: OracleInstrument;
  readonly x: OracleInstrument;
  samples: (readonly [bigint, bigint])[];
  sinceEstimate: number | undefined;
  model: Model | undefined;
  readonly held: (Model | undefined)[];
}

const ONE = ratio(1n);
const tickOf = ({ row }: OracleInstrument): Ratio => readDecimal(row.tickSize) as Ratio;

/** Section 3 of the specification. */
export function statisticalOracle(market: OracleMarket): OraclePart {
  const options = market.options.statistical;
  if (options === undefined) return { candidates: [] };
  const size = options.samples ?? 500;
  const sampleNs = BigInt(options.sampleMs ?? 1000) * 1_000_000n;
  const every = options.reestimateEvery ?? size;
  const [entryZ, exitZ, stopZ] = [options.entryZ ?? '2', options.exitZ ?? '0.5', options.stopZ ?? '6'].map(
    readDecimal,
  ) as Ratio[];
  let lastNs: bigint | undefined;
  const pairs = options.pairs.map(({ y, x }): Pair => {
    return {
      y: market.of(y),
      x: market.of(x),
      samples: [],
      sinceEstimate: undefined,
      model: undefined,
      held: [undefined, undefined],
    };
  });

  return {
    candidates: pairs.flatMap((pair) => [candidateOf(pair, 0), candidateOf(pair, 1)]),
    advance(toNs) {
      const before = lastNs;
      lastNs = (toNs / sampleNs) * sampleNs;
      if (before === undefined || lastNs === before) return false;
      for (let at = before + sampleNs; at <= lastNs; at += sampleNs) {
        for (const pair of pairs) sample(pair, at);
        // Nothing came in between: what is too old now stays so.
        if (pairs.every(({ samples }) => samples.length === 0)) break;
      }
      return true;
    },
  };

  function sample(pair: Pair, at: bigint): void {
    if (!pair.x.isUsableAt(at) || !pair.y.isUsableAt(at)) {
      pair.samples = [];
      pair.sinceEstimate = undefined;
      return;
    }
    pair.samples = [...pair.samples, [pair.x.halfTicks, pair.y.halfTicks] as const].slice(-size);
    if (pair.sinceEstimate !== undefined) pair.sinceEstimate += 1;
    if (pair.samples.length < size || (pair.sinceEstimate !== undefined && pair.sinceEstimate < every)) return;
    pair.sinceEstimate = 0;
    pair.model = modelOf(pair);
    if (pair.model === undefined) pair.held.fill(undefined);
  }

  function modelOf({ samples, x, y }: Pair): Model | undefined {
    const [xs, ys] = [samples.map(([value]) => value), samples.map(([, value]) => value)];
    const found = cointegrationOracle(xs, ys, options?.lags ?? 1);
    if (found === undefined || found.squares.n === 0n) return undefined;
    const critical = criticalValue(options?.significance ?? 0.05, size - 1);
    const hedge = ratio(floorAt(over(times(found.beta, tickOf(y)), tickOf(x)), 18), 10n ** 18n);
    const gone = Number(floorAt(found.reversion, 12)) / 1e12;
    const halfLife = gone <= 0 ? Infinity : gone >= 1 ? 0 : -Math.LN2 / Math.log1p(-gone);
    if (Number(found.statisticMillionths) / 1e6 > critical || hedge.n <= 0n || halfLife > size) return undefined;
    return { ...found, samples: size, hedge, halfLifeMs: Math.round((halfLife * Number(sampleNs)) / 1e6) };
  }

  function candidateOf(pair: Pair, above: 0 | 1): OracleCandidate {
    const { x, y } = pair;
    const [buy, sell] = above === 1 ? [x, y] : [y, x];
    const decide = (): Record<string, unknown> | undefined => {
      const held = pair.held[above];
      const found = look(held ?? pair.model, held !== undefined);
      pair.held[above] = found === undefined ? undefined : (held ?? pair.model);
      return found;
    };
    return { id: `S|${buy.key}>${sell.key}`, type: 'STATISTICAL', instruments: [y, x], decide };

    function look(model: Model | undefined, isHeld: boolean): Record<string, unknown> | undefined {
      if (model === undefined || !market.isUsable(x) || !market.isUsable(y)) return undefined;
      const deviation = minus(minus(ratio(y.halfTicks), model.alpha), times(model.beta, ratio(x.halfTicks)));
      const size2 = over(times(times(deviation, deviation), ratio(BigInt(model.samples - 2))), model.squares);
      if (above === 1 ? deviation.n <= 0n : deviation.n >= 0n) return undefined;
      const square = (z: Ratio | undefined): Ratio => times(z as Ratio, z as Ratio);
      if (isHeld ? !isAbove(size2, square(exitZ)) : isAbove(square(entryZ), size2)) return undefined;
      if (!isAbove(square(stopZ), size2)) return undefined;
      const entry = oracleEntry(market, planOf(model));
      if (entry === undefined && !isHeld) return undefined;
      const z = rootOf((size2.n * 10n ** 12n) / size2.d);
      const probability = Math.round(probabilityOf(Number(model.statisticMillionths) / 1e6) * 1e4);
      const expiresAtNs = (lastNs as bigint) + sampleNs + BigInt(model.halfLifeMs) * 1_000_000n;
      return {
        ...oracleFigures(market, entry, expiresAtNs),
        hedgeRatio: showScaled(floorAt(model.hedge, 18), 18),
        zScore: showScaled(deviation.n < 0n ? -z : z, 6),
        statistic: showScaled(model.statisticMillionths, 6),
        pValue: showScaled(BigInt(probability), 4),
        confidence: showScaled(10_000n - BigInt(probability), 4),
        halfLifeMs: model.halfLifeMs.toString(),
      };
    }

    function planOf(model: Model) {
      // The deviation at which it closes, in units of y: the root is rounded up in units of the fraction that makes the fit integer.
      const rest = over(ratio(restOf(model)), ratio(scaleOf(model)));
      const value = plus(
        plus(model.alpha, times(model.beta, ratio(x.halfTicks))),
        above === 1 ? rest : times(ratio(-1n), rest),
      );
      const exact = times(value, tickOf(y));
      const twice = ratio(above === 1 ? ceilAt(exact, 18) : floorAt(exact, 18), 10n ** 18n);
      const spread = minus(y.ask, y.bid);
      const half = over(above === 1 ? plus(twice, spread) : minus(twice, spread), ratio(2n));
      const exitY = ratio(above === 1 ? ceilAt(half, 18) : floorAt(half, 18), 10n ** 18n);
      const fees = (each: OracleInstrument): Ratio => plus(each.entryFee, each.exitFee);
      const legY = { instrument: y, perUnit: ONE, exit: exitY };
      const legX = { instrument: x, perUnit: model.hedge, exit: above === 1 ? x.bid : x.ask };
      const [first, second] = above === 1 ? [legX, legY] : [legY, legX];
      return {
        buy: { ...first, factor: plus(ONE, fees(first.instrument)) },
        sell: { ...second, factor: minus(ONE, fees(second.instrument)) },
      };
    }

    function restOf(model: Model): bigint {
      const scale = ratio(scaleOf(model));
      const exact = over(
        times(times(times(exitZ as Ratio, exitZ as Ratio), model.squares), times(scale, scale)),
        ratio(BigInt(model.samples - 2)),
      );
      const whole = ceilAt(exact, 0);
      const root = rootOf(whole);
      return root * root === whole ? root : root + 1n;
    }
  }
}

/** The least common denominator of the intercept and the slope. */
function scaleOf({ alpha, beta }: Model): bigint {
  let [a, b] = [alpha.d, beta.d];
  while (b !== 0n) [a, b] = [b, a % b];
  return (alpha.d / a) * beta.d;
}
