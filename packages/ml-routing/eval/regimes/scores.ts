import { MARKET_REGIMES } from '../../src/regimes/market-regime.ts';
import type { Readings } from './replay.ts';

/** How right somebody was. */
export interface Scores {
  readonly macroF1: number;
  readonly f1: readonly number[];
  /** Observations by what was true (rows) and what was said. */
  readonly confusion: readonly (readonly number[])[];
  /** Observations of a new regime until it was said, the first one counted as 1; a regime that was never found counts with its whole length. */
  readonly delays: readonly number[];
  /** Nats per observation; undefined where there are no probabilities. */
  readonly logLoss: number | undefined;
  /** Ten bins of the probability of the regime that was the most probable: how sure, how often right, how many. */
  readonly calibration: readonly CalibrationBin[];
  /** Mean distance of how sure and how often right, weighed by how many. */
  readonly calibrationError: number;
  /** Changes of regime said, and really there, per 1,000 observations. */
  readonly switches: number;
  readonly trueSwitches: number;
  readonly news: NewsScores;
}

export interface CalibrationBin {
  readonly sure: number;
  readonly right: number;
  readonly count: number;
}

interface NewsScores {
  readonly events: number;
  /** Of them, said by the end of the third observation. */
  readonly within3: number;
  /** News said that was none, per 1,000 observations. */
  readonly falseAlarms: number;
}

/** Scores what was said of several instruments, without the first observations of each, in which nobody can know what is usual. */
export function scoresOf(runs: readonly Readings[], from: number = COLD): Scores {
  const regimes = MARKET_REGIMES.length;
  const confusion = Array.from({ length: regimes }, () => new Array<number>(regimes).fill(0));
  const delays: number[] = [];
  let loss = 0;
  let count = 0;
  let switches = 0;
  let trueSwitches = 0;
  let withProbabilities = true;
  const bins = Array.from({ length: BINS }, () => ({ sure: 0, right: 0, count: 0 }));
  for (const { truth, regime, probabilities } of runs) {
    delays.push(...delaysOf(truth.regime, regime, from));
    for (let at = from; at < regime.length; at += 1) {
      const really = truth.regime[at] as number;
      const row = confusion[really] as number[];
      row[regime[at] as number] = (row[regime[at] as number] as number) + 1;
      count += 1;
      if (regime[at] !== regime[at - 1]) switches += 1;
      if (really !== truth.regime[at - 1]) trueSwitches += 1;
      if (probabilities === undefined) {
        withProbabilities = false;
        continue;
      }
      const shown = probabilities.subarray(at * regimes, (at + 1) * regimes);
      loss -= Math.log(shown[really] as number);
      const best = shown.indexOf(Math.max(...shown));
      const sure = shown[best] as number;
      const bin = bins[Math.min(BINS - 1, Math.floor(sure * BINS))];
      if (bin === undefined) continue;
      bin.sure += sure;
      bin.right += best === really ? 1 : 0;
      bin.count += 1;
    }
  }
  const f1 = confusion.map((row, each) => f1Of(confusion, row, each));
  const calibration = bins
    .filter((bin) => bin.count > 0)
    .map((bin) => ({ sure: bin.sure / bin.count, right: bin.right / bin.count, count: bin.count }));
  return {
    // Short runs may lack a regime: nobody can be right about it.
    macroF1: mean(f1.filter((_, each) => confusion[each]?.some((observations) => observations > 0))),
    f1,
    confusion,
    delays: delays.toSorted((a, b) => a - b),
    logLoss: withProbabilities ? loss / count : undefined,
    calibration,
    calibrationError: calibration.reduce((sum, bin) => sum + (Math.abs(bin.sure - bin.right) * bin.count) / count, 0),
    switches: (1_000 * switches) / count,
    trueSwitches: (1_000 * trueSwitches) / count,
    news: newsScores(runs, from),
  };
}

/** The value below which such a part of sorted values lies. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function f1Of(confusion: readonly (readonly number[])[], row: readonly number[], each: number): number {
  const right = row[each] ?? 0;
  const missed = row.reduce((sum, value) => sum + value, 0) - right;
  const wrong = confusion.reduce((sum, other) => sum + (other[each] ?? 0), 0) - right;
  return right === 0 ? 0 : (2 * right) / (2 * right + missed + wrong);
}

function delaysOf(truth: Uint8Array, said: Uint8Array, from: number): readonly number[] {
  const delays: number[] = [];
  for (let start = from; start < truth.length; start += 1) {
    if (truth[start] === truth[start - 1]) continue;
    let end = start;
    while (end < truth.length && truth[end] === truth[start]) end += 1;
    let found = start;
    while (found < end && said[found] !== truth[start]) found += 1;
    // The last regime of a run may be cut short before anybody could have found it.
    if (found === end && end === truth.length) continue;
    delays.push(found - start + 1);
  }
  return delays;
}

function newsScores(runs: readonly Readings[], from: number): NewsScores {
  let events = 0;
  let within3 = 0;
  let falseAlarms = 0;
  let count = 0;
  for (const { truth, news } of runs) {
    for (const at of truth.newsAt) {
      if (at < from) continue;
      events += 1;
      if (news[at] === 1 || news[at + 1] === 1 || news[at + 2] === 1) within3 += 1;
    }
    for (let at = from; at < news.length; at += 1) {
      count += 1;
      const begins = news[at] === 1 && news[at - 1] === 0;
      if (begins && truth.news[at] === 0) falseAlarms += 1;
    }
  }
  return { events, within3: within3 / events, falseAlarms: (1_000 * falseAlarms) / count };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Two minutes of a second each. */
const COLD = 120;
const BINS = 10;
