import { FEATURE_COUNT, FIGURES, FeatureTracker } from '../src/regimes/features.ts';
import { MATURE } from '../src/regimes/instrument-market.ts';
import { CLOSE, OBSERVATION_SIZE, Observation } from '../src/regimes/observation.ts';
import { MARKET_REGIMES } from '../src/regimes/market-regime.ts';
import { RegimeClassifier } from '../src/regimes/regime-classifier.ts';
import { RegimeFilter } from '../src/regimes/regime-filter.ts';
import type { TrainedModel } from '../src/regimes/trained-model.ts';
import type { MarketCharacter } from '../eval/regimes/characters.ts';
import { SimulatedMarket } from '../eval/regimes/market.ts';
import { playObservations } from '../eval/regimes/observations.ts';

/** The observations of one simulated instrument, gathered from its ticks, and what regime it really was. */
export interface Recording {
  /** One row of figures per observation. */
  readonly rows: Float64Array;
  readonly regime: Uint8Array;
  readonly length: number;
}

/** What is made of a recording: rows of features, of levels, and of probabilities as they are shown. */
export interface Series {
  readonly features: Float64Array;
  readonly levels: Float64Array;
  readonly shown: Float64Array;
  readonly regime: Uint8Array;
  readonly length: number;
}

/** Plays a market and keeps its observations. */
export function record(character: MarketCharacter, seed: number, observations: number): Recording {
  const market = new SimulatedMarket(character, seed, observations);
  const rows = new Float64Array(observations * OBSERVATION_SIZE);
  playObservations(market, ({ values }, at) => rows.set(values, at * OBSERVATION_SIZE));
  return { rows, regime: market.truth.regime, length: observations };
}

/**
 * Features of a recording by the very code that the detector runs. What is usual is learned by what is believed of the regimes, so somebody must
 * believe something: the filter of a model, or, before there is one, whoever knows the truth.
 */
export function seriesOf(
  { rows, regime, length }: Recording,
  offsets: TrainedModel['offsets'],
  model: TrainedModel | undefined,
): Series {
  const regimes = MARKET_REGIMES.length;
  const observation = new Observation();
  const tracker = new FeatureTracker(offsets);
  const classifier = model === undefined ? undefined : new RegimeClassifier(model.classifier);
  const filter = model === undefined ? undefined : new RegimeFilter(model.filter);
  const posterior = new Float64Array(regimes).fill(1 / regimes);
  filter?.start(posterior);
  const features = new Float64Array(length * FEATURE_COUNT);
  const levels = new Float64Array(length * FIGURES);
  const shown = new Float64Array(length * regimes).fill(1 / regimes);
  for (let at = 0; at < length; at += 1) {
    observation.values.set(rows.subarray(at * OBSERVATION_SIZE, (at + 1) * OBSERVATION_SIZE));
    if (observation.values[CLOSE] === 0) continue;
    if (filter === undefined) posterior.fill(0).fill(1, regime[at], (regime[at] as number) + 1);
    tracker.update(observation, posterior);
    features.set(tracker.features, at * FEATURE_COUNT);
    levels.set(tracker.levels, at * FIGURES);
    if (filter === undefined || classifier === undefined) continue;
    classifier.score(tracker.features);
    filter.step(posterior, classifier.scores, Math.min(1, tracker.count / MATURE));
    filter.calibrate(posterior, shown.subarray(at * regimes, (at + 1) * regimes));
  }
  return { features, levels, shown, regime, length };
}
