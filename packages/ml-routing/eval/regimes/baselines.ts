import { FeatureTracker } from '../../src/regimes/features.ts';
import { CLOSE, DEPTH, HIGH, LOW, QUOTES, SPREAD, TRADES, type Observation } from '../../src/regimes/observation.ts';
import { MARKET_REGIMES } from '../../src/regimes/market-regime.ts';
import { RegimeFilter } from '../../src/regimes/regime-filter.ts';
import { TRAINED_MODEL } from '../../src/regimes/trained-weights.ts';
import { HOME_MARKET, type MarketCharacter } from './characters.ts';
import { SimulatedMarket } from './market.ts';
import { playObservations } from './observations.ts';
import type { Readings } from './replay.ts';

/** Says a regime after each observation. */
export interface Baseline {
  readonly name: string;
  /** Begins anew, on one instrument. */
  start(): (observation: Observation, probabilities: Float64Array) => number;
  readonly probabilistic: boolean;
}

/** Shows a baseline one simulated instrument. */
export function baselineIn(
  baseline: Baseline,
  character: MarketCharacter,
  seed: number,
  observations: number,
): Readings {
  const market = new SimulatedMarket(character, seed, observations);
  const say = baseline.start();
  const regimes = MARKET_REGIMES.length;
  const regime = new Uint8Array(observations);
  const probabilities = new Float64Array(observations * regimes).fill(1 / regimes);
  playObservations(market, (observation, at) => {
    const row = probabilities.subarray(at * regimes, (at + 1) * regimes);
    regime[at] = observation.values[CLOSE] === 0 ? 0 : say(observation, row);
  });
  return {
    truth: market.truth,
    regime,
    probabilities: baseline.probabilistic ? probabilities : undefined,
    news: new Uint8Array(observations),
  };
}

const [NORMAL, VOLATILE, TRENDING, RANGING, ILLIQUID] = [0, 1, 2, 3, 4] as const;

/** Cuts on a few smoothed figures, in the order in which somebody would write them down. */
interface Cuts {
  readonly volatile: number;
  readonly wide: number;
  readonly trending: number;
  readonly calm: number;
}

/** Medians over the instruments of the training market: what somebody would set who has looked at a few charts. */
const ABSOLUTE: Cuts = { volatile: 2.6e-4, wide: 2.2e-4, trending: 1.9, calm: 0.9e-4 };
const RELATIVE: Cuts = { volatile: 0.5, wide: 0.55, trending: 2.2, calm: -0.25 };

/** Thresholds on volatility and spread themselves, the same for every instrument. */
export const fixedThresholds: Baseline = {
  name: 'fixed thresholds',
  probabilistic: false,
  start() {
    let variance = 0;
    let spread = 0;
    const path = new FeatureTracker(NO_OFFSETS);
    return (observation) => {
      path.update(observation, NO_BELIEF);
      const range = Math.log((observation.values[HIGH] as number) / (observation.values[LOW] as number));
      const quotes = observation.values[QUOTES] as number;
      variance += 0.1 * ((range * range) / (4 * Math.LN2) - variance);
      if (quotes > 0) spread += 0.1 * ((observation.values[SPREAD] as number) / quotes - spread);
      return cut(ABSOLUTE, Math.sqrt(variance), spread, path.features[12] as number);
    };
  },
};

/** The same cuts on ratios to what is usual for the instrument: no memory but that of the averages. */
export const relativeThresholds: Baseline = {
  name: 'relative thresholds',
  probabilistic: false,
  start() {
    const tracker = new FeatureTracker(NO_OFFSETS);
    return (observation) => {
      tracker.update(observation, NO_BELIEF);
      const [volatility, spread, efficiency] = [tracker.features[2], tracker.features[4], tracker.features[12]];
      return cut(RELATIVE, volatility as number, spread as number, efficiency as number);
    };
  },
};

/** A plain hidden Markov model: Gaussian emissions of four figures, each relative to its running mean on this instrument. */
export const plainHmm: Baseline = {
  name: 'plain HMM',
  probabilistic: true,
  start() {
    const emissions = (fitted ??= fitEmissions());
    const filter = new RegimeFilter({ ...TRAINED_MODEL.filter, logPrior: [0, 0, 0, 0, 0], evidence: 1, sharpness: 1 });
    const posterior = new Float64Array(MARKET_REGIMES.length);
    const scores = new Float64Array(MARKET_REGIMES.length);
    filter.start(posterior);
    const seen = new Emissions();
    return (observation, probabilities) => {
      seen.update(observation);
      for (const [regime, { mean, deviation }] of emissions.entries()) {
        scores[regime] = seen.values.reduce((sum, value, at) => {
          const z = (value - (mean[at] ?? 0)) / (deviation[at] ?? 1);
          return sum - (z * z) / 2 - Math.log(deviation[at] ?? 1);
        }, 0);
      }
      filter.step(posterior, scores, 1);
      probabilities.set(posterior);
      return posterior.indexOf(Math.max(...posterior));
    };
  },
};

function cut({ volatile, wide, trending, calm }: Cuts, volatility: number, spread: number, efficiency: number): number {
  if (spread > wide && volatility < volatile) return ILLIQUID;
  if (volatility > volatile) return VOLATILE;
  if (efficiency > trending) return TRENDING;
  return volatility < calm ? RANGING : NORMAL;
}

/** Logarithms of range, spread, trades and depth, less their running means. */
class Emissions {
  readonly values: number[] = [0, 0, 0, 0];
  readonly #means: number[] = [0, 0, 0, 0];
  #count = 0;

  update({ values }: Observation): void {
    this.#count += 1;
    const quotes = Math.max(1, values[QUOTES] as number);
    const figures = [
      Math.log(Math.log((values[HIGH] as number) / (values[LOW] as number)) + 1e-7),
      Math.log((values[SPREAD] as number) / quotes + 1e-9),
      Math.log((values[TRADES] as number) + 0.25),
      Math.log((values[DEPTH] as number) / quotes + 1e-9),
    ];
    for (const [at, figure] of figures.entries()) {
      const mean = this.#means[at] ?? 0;
      this.#means[at] = mean + Math.max(1 / this.#count, 1 / 1_000) * (figure - mean);
      this.values[at] = figure - (this.#means[at] ?? 0);
    }
  }
}

interface Emission {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

let fitted: readonly Emission[] | undefined;

/** By the labels of ten instruments on which the detector was trained too. */
function fitEmissions(): readonly Emission[] {
  const rows = MARKET_REGIMES.map(() => [] as number[][]);
  for (let seed = 1; seed <= 10; seed += 1) {
    const seen = new Emissions();
    const collector: Baseline = {
      name: 'collector',
      probabilistic: false,
      start: () => (observation) => {
        seen.update(observation);
        all.push([...seen.values]);
        return NORMAL;
      },
    };
    const all: number[][] = [];
    const { truth } = baselineIn(collector, HOME_MARKET, seed, 2_000);
    const cold = truth.regime.length - all.length + COLD;
    for (let at = cold; at < truth.regime.length; at += 1) {
      rows[truth.regime[at] as number]?.push(all[at - (truth.regime.length - all.length)] ?? []);
    }
  }
  return rows.map((own) => {
    const mean = [0, 1, 2, 3].map((at) => own.reduce((sum, row) => sum + (row[at] ?? 0), 0) / own.length);
    const deviation = mean.map((middle, at) =>
      Math.sqrt(own.reduce((sum, row) => sum + ((row[at] ?? 0) - middle) ** 2, 0) / own.length),
    );
    return { mean, deviation };
  });
}

const COLD = 120;
const NO_OFFSETS: readonly (readonly number[])[] = TRAINED_MODEL.offsets.map((row) => row.map(() => 0));
const NO_BELIEF: Float64Array = new Float64Array(MARKET_REGIMES.length);
