import { ValidationError, showValue } from '@tradewind/core-types';
import { ONE, PLACES, floorDivide, formatFixed } from '../../money/fixed-point.ts';
import { decideEntry } from '../entry/entry-decision.ts';
import type { Entry } from '../entry/entry-plan.ts';
import { checkTick, halfTicksOf } from '../market/half-ticks.ts';
import { figuresOf } from '../signal-figures.ts';
import type { SignalCandidate, SignalContext, SignalPart } from '../signal-part.ts';
import type { StatisticalFigures } from '../signal.ts';
import type { PairModel } from './pair-model.ts';
import { SampledPair } from './sampled-pair.ts';
import { statisticalSettings, type StatisticalOptions, type StatisticalSettings } from './statistical-options.ts';

/**
 * Pairs whose prices have a common course: when one has strayed from it, it is sold (or bought) and the other bought (or sold) against it, until
 * it is back. Section 3 of docs/signals.md.
 *
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function statisticalSignal(context: SignalContext, options: StatisticalOptions): SignalPart {
  const settings = statisticalSettings(options);
  const pairs = readPairs(context, options, settings);
  const clock: SampleClock = { nextNs: undefined };
  const candidates = pairs.flatMap((pair) => [
    candidateOf(context, settings, { pair, isAbove: false, clock }),
    candidateOf(context, settings, { pair, isAbove: true, clock }),
  ]);
  return { candidates, advance };

  function advance(toNs: bigint, mark: (candidate: SignalCandidate) => void): void {
    const { sampleNs } = settings;
    const afterNs = (toNs / sampleNs + 1n) * sampleNs;
    if (clock.nextNs !== undefined && toNs >= clock.nextNs) {
      for (const candidate of candidates) mark(candidate);
      let atNs = clock.nextNs;
      // Once no pair can be sampled none will be, since nothing else came until `toNs`.
      while (atNs <= toNs && takeSamples(atNs)) atNs += sampleNs;
    }
    if (clock.nextNs === undefined || afterNs > clock.nextNs) clock.nextNs = afterNs;
  }

  function takeSamples(atNs: bigint): boolean {
    let isAny = false;
    for (const pair of pairs) if (pair.sample(context.market, atNs)) isAny = true;
    return isAny;
  }
}

/** When the next sample is due; undefined before the first event. */
interface SampleClock {
  nextNs: bigint | undefined;
}

function readPairs(
  { termsOfKey }: SignalContext,
  options: StatisticalOptions,
  settings: StatisticalSettings,
): readonly SampledPair[] {
  const seen = new Set<string>();
  return options.pairs.map(({ y, x }, index) => {
    const path = `statistical.pairs[${index}]`;
    const [explained, explaining] = [termsOfKey(path, y), termsOfKey(path, x)];
    const name = [y, x].toSorted().join('>');
    if (x === y || seen.has(name)) throw invalid(path, 'two different instruments, and each pair once', [y, x]);
    if (explained.row.quote !== explaining.row.quote)
      throw invalid(path, 'instruments with one quote currency', [y, x]);
    seen.add(name);
    for (const terms of [explained, explaining]) checkTick(path, terms);
    return new SampledPair(explained, explaining, settings);
  });
}

interface Direction {
  readonly pair: SampledPair;
  /** Whether y is above what x says: it is sold. */
  readonly isAbove: boolean;
  readonly clock: SampleClock;
}

function candidateOf(context: SignalContext, settings: StatisticalSettings, direction: Direction): SignalCandidate {
  const { pair, isAbove, clock } = direction;
  const { market } = context;
  const [y, x] = [pair.y.slot, pair.x.slot];
  const [buy, sell] = isAbove ? [pair.x, pair.y] : [pair.y, pair.x];
  const settlements = [y, x].map((slot) => market.contract(slot).settlementSlot).filter((slot) => slot >= 0);
  return { id: `S|${buy.key}>${sell.key}`, type: 'STATISTICAL', slots: [y, x, ...settlements], decide };

  function decide(): StatisticalFigures | undefined {
    const held = pair.held[isAbove ? 1 : 0];
    const found = look(held ?? pair.model, held !== undefined);
    pair.held[isAbove ? 1 : 0] = found && (held ?? pair.model);
    return found;
  }

  function look(model: PairModel | undefined, isHeld: boolean): StatisticalFigures | undefined {
    if (model === undefined || !market.isUsable(y) || !market.isUsable(x)) return undefined;
    const valueX = halfTicksOf(market, x);
    const deviation = model.deviation(valueX, halfTicksOf(market, y));
    const size = isAbove ? deviation : -deviation;
    const isFarEnough = isHeld ? model.exceeds(size, settings.exitZ) : model.reaches(size, settings.entryZ);
    if (!isFarEnough || model.reaches(size, settings.stopZ)) return undefined;
    const entry = entryOf(context, model, { pair, isAbove, valueX, exitZ: settings.exitZ });
    if (entry === undefined && !isHeld) return undefined;
    const { hedgeRatio, statistic, pValue, confidence, halfLifeMs } = model;
    const expiresAtNs = (clock.nextNs as bigint) + BigInt(halfLifeMs) * NS_PER_MS;
    return {
      ...figuresOf(market, entry, expiresAtNs),
      hedgeRatio: formatFixed(hedgeRatio, PLACES),
      zScore: model.zScore(deviation),
      statistic,
      pValue,
      confidence,
      halfLifeMs: halfLifeMs.toString(),
    };
  }
}

interface EntryQuestion {
  readonly pair: SampledPair;
  readonly isAbove: boolean;
  readonly valueX: bigint;
  readonly exitZ: bigint;
}

/** What entering now is expected to bring, if y goes to where a signal closes and x stays, and both are left across their spreads. */
function entryOf(
  context: SignalContext,
  model: PairModel,
  { pair, isAbove, valueX, exitZ }: EntryQuestion,
): Entry | undefined {
  const { market } = context;
  const [y, x] = [pair.y.slot, pair.x.slot];
  const spread = market.bestAsk(y) - market.bestBid(y);
  const twice = model.twiceExitPrice(valueX, { z: exitZ, isAbove, tick: pair.y.tick });
  const exitY = isAbove ? floorDivide(twice + spread + 1n, 2n) : floorDivide(twice - spread, 2n);
  const legY = { slot: y, perUnit: ONE, exitPrice: exitY };
  const legX = { slot: x, perUnit: model.hedgeRatio, exitPrice: isAbove ? market.bestBid(x) : market.bestAsk(x) };
  const [buy, sell] = isAbove ? [legX, legY] : [legY, legX];
  const feesOf = (slot: number): bigint => (context.entryFee[slot] as bigint) + (context.exitFee[slot] as bigint);
  return decideEntry(
    market,
    { buy: { ...buy, factor: ONE + feesOf(buy.slot) }, sell: { ...sell, factor: ONE - feesOf(sell.slot) } },
    context.limits,
  );
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the statistical pairs: see StatisticalOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const NS_PER_MS = 1_000_000n;
