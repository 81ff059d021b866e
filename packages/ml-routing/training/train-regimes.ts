import { createHash } from 'node:crypto';
import { MARKET_REGIMES } from '../src/regimes/market-regime.ts';
import { FEATURE_COUNT, FIGURES } from '../src/regimes/features.ts';
import type { FilterSettings } from '../src/regimes/regime-filter.ts';
import type { TrainedModel } from '../src/regimes/trained-model.ts';
import { HOME_MARKET } from '../eval/regimes/characters.ts';
import { record, seriesOf, type Recording, type Series } from './examples.ts';
import { trainNetwork, type Examples } from './network.ts';

/** How much is trained on, and how long. */
export interface RegimeTraining {
  /** Instruments whose ticks the network learns from. */
  readonly seeds: readonly number[];
  /** Instruments on which the filter's two exponents are chosen. Others than those above, and than those of the evaluation. */
  readonly validation: readonly number[];
  /** Of each instrument. */
  readonly observations: number;
  readonly hidden: number;
  readonly epochs: number;
}

/** What the weights of the package were made with. */
export const FULL_TRAINING: RegimeTraining = {
  seeds: Array.from({ length: 40 }, (_, i) => i + 1),
  validation: Array.from({ length: 8 }, (_, i) => i + 41),
  observations: 3_000,
  hidden: 16,
  epochs: 8,
};

/**
 * Learns everything that the detector knows of regimes: what each adds to the usual, the network, how regimes follow each other, and how much an
 * observation weighs. In two rounds: what is usual is first learned by the truth, then by what the network of the first round believes, as it will be in the
 * detector. Repeatable to the last digit on one version of Node.
 */
export function trainRegimes({ seeds, validation, observations, hidden, epochs }: RegimeTraining): TrainedModel {
  const recordings = seeds.map((seed) => record(HOME_MARKET, seed, observations));
  const held = validation.map((seed) => record(HOME_MARKET, seed, observations));
  const chain = countTransitions(recordings, MARKET_REGIMES.length);
  const offsets = learnOffsets(recordings);
  const train = (believer: TrainedModel | undefined): TrainedModel => {
    const series = recordings.map((recording) => seriesOf(recording, offsets, believer));
    const classifier = trainNetwork(examplesOf(series), { hidden, epochs, batch: 64, rate: 3e-3, seed: 7 });
    let best: TrainedModel = { offsets, classifier, filter: { ...chain, evidence: 1, sharpness: 1 } };
    let least = Infinity;
    for (const evidence of EVIDENCE) {
      for (const sharpness of SHARPNESS) {
        const model = { offsets, classifier, filter: { ...chain, evidence, sharpness } };
        const loss = logLoss(held.map((recording) => seriesOf(recording, offsets, model)));
        if (loss < least) [best, least] = [model, loss];
      }
    }
    return best;
  };
  return train(train(undefined));
}

/** Stands for a model: two of one checksum decide alike. */
export function checksumOf({ offsets, classifier, filter }: TrainedModel): string {
  const { mean, deviation, hidden, hiddenBias, output, outputBias } = classifier;
  const { transition, logPrior, evidence, sharpness } = filter;
  const figures = [
    offsets,
    mean,
    deviation,
    hidden,
    hiddenBias,
    output,
    outputBias,
    transition,
    logPrior,
    evidence,
    sharpness,
  ];
  return createHash('sha256').update(JSON.stringify(figures)).digest('hex').slice(0, 16);
}

function countTransitions(
  recordings: readonly Recording[],
  classes: number,
): Pick<FilterSettings, 'transition' | 'logPrior'> {
  const moves = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0.5));
  const counts = Array.from({ length: classes }, () => 0);
  for (const { regime } of recordings) {
    for (let at = 1; at < regime.length; at += 1) {
      const row = moves[regime[at - 1] as number] as number[];
      const to = regime[at] as number;
      row[to] = (row[to] as number) + 1;
      counts[to] = (counts[to] as number) + 1;
    }
  }
  const total = sum(counts);
  return {
    transition: moves.map((row) => row.map((count) => digits(count / sum(row)))),
    logPrior: counts.map((count) => digits(Math.log(count / total))),
  };
}

/** By how much each regime moves the logarithm of each figure from where it is in a normal market of the same instrument. */
function learnOffsets(recordings: readonly Recording[]): readonly (readonly number[])[] {
  const none = Array.from({ length: FIGURES }, () => MARKET_REGIMES.map(() => 0));
  const found = Array.from({ length: FIGURES }, () => MARKET_REGIMES.map(() => [] as number[]));
  for (const recording of recordings) {
    const { levels, regime, length } = seriesOf(recording, none, undefined);
    for (let figure = 0; figure < FIGURES; figure += 1) {
      const means = MARKET_REGIMES.map((_, each) => {
        const own: number[] = [];
        for (let at = COLD; at < length; at += 1) {
          // Averages need some observations until they are of the new regime alone.
          if (regime[at] === each && regime[at - SETTLED] === each) own.push(levels[at * FIGURES + figure] as number);
        }
        return own.length < COLD ? Number.NaN : sum(own) / own.length;
      });
      for (const [each, mean] of means.entries()) found[figure]?.[each]?.push(mean - (means[0] ?? Number.NaN));
    }
  }
  return found.map((row) =>
    row.map((values) => {
      const known = values.filter((value) => Number.isFinite(value));
      return known.length === 0 ? 0 : digits(sum(known) / known.length);
    }),
  );
}

function examplesOf(series: readonly Series[]): Examples {
  const rows = sum(series.map(({ length }) => length - COLD));
  const features = new Float64Array(rows * FEATURE_COUNT);
  const labels = new Uint8Array(rows);
  let row = 0;
  for (const each of series) {
    features.set(each.features.subarray(COLD * FEATURE_COUNT), row * FEATURE_COUNT);
    labels.set(each.regime.subarray(COLD), row);
    row += each.length - COLD;
  }
  return { features, labels, inputs: FEATURE_COUNT, classes: MARKET_REGIMES.length };
}

/** Nats per observation that the truth comes as a surprise. */
function logLoss(series: readonly Series[]): number {
  let loss = 0;
  let count = 0;
  for (const { shown, regime, length } of series) {
    for (let at = COLD; at < length; at += 1) {
      loss -= Math.log(shown[at * MARKET_REGIMES.length + (regime[at] as number)] as number);
      count += 1;
    }
  }
  return loss / count;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function digits(value: number): number {
  return Number(value.toFixed(7));
}

/** Observations at the beginning of an instrument from which nothing is learned: what is usual is not known yet. */
const COLD = 120;
/** Observations after which an average is of the present regime alone. */
const SETTLED = 30;
const EVIDENCE = [0.2, 0.3, 0.4, 0.5, 0.6];
const SHARPNESS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
