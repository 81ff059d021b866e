import { median, pseudoMedian } from '../measuring/statistics.ts';
import { mannWhitney } from './mann-whitney.ts';
import { signedRank } from './signed-rank.ts';

/** One round: a figure of each side, which ran within seconds of each other. */
export type RoundPair = readonly [base: number, head: number];

/** When a difference counts. Both must hold: a difference may be certain and not worth mentioning, or large and chance. */
export interface JudgeLimits {
  /** Default 0.01. */
  readonly maxP: number;
  /** Head's median over base's. Default 1.02. */
  readonly minRatio: number;
}

/** The limits of CPU time. */
export const CPU_LIMITS: JudgeLimits = { maxP: 0.01, minRatio: 1.02 };
/** The limits of latency, which scatters more. */
export const LATENCY_LIMITS: JudgeLimits = { maxP: 0.01, minRatio: 1.2 };

/** What was found of one figure of which less is better. */
export interface Judgement {
  readonly baseMedian: number;
  readonly headMedian: number;
  /** Head's median divided by base's: above 1 is slower. */
  readonly ratio: number;
  /** Chance of such a difference, in the direction in which it lies, if there were none. */
  readonly p: number;
  readonly verdict: 'slower' | 'faster' | 'same';
}

/** Compares figures of two builds that have nothing in common but the machine: the Mann-Whitney U test and the ratio of medians. */
export function judge(base: readonly number[], head: readonly number[], limits: JudgeLimits = CPU_LIMITS): Judgement {
  const [baseMedian, headMedian] = [median(base), median(head)];
  const slower = mannWhitney(base, head).p;
  const faster = mannWhitney(head, base).p;
  return verdictOf({ baseMedian, headMedian, ratio: headMedian / baseMedian }, { slower, faster }, limits);
}

/**
 * Compares rounds in which both builds ran side by side: Wilcoxon's signed-rank test, and the pseudo-median of the ratios within a round. What makes
 * a whole round slow, a busy neighbour on the core, is in both of its figures and so in neither ratio nor test.
 */
export function judgePairs(pairs: readonly RoundPair[], limits: JudgeLimits = CPU_LIMITS): Judgement {
  const logs = pairs.map(([base, head]) => Math.log(head / base));
  const figures = {
    baseMedian: median(pairs.map(([base]) => base)),
    headMedian: median(pairs.map(([, head]) => head)),
    ratio: Math.exp(pseudoMedian(logs)),
  };
  return verdictOf(figures, { slower: signedRank(logs), faster: signedRank(logs.map((log) => -log)) }, limits);
}

function verdictOf(
  figures: Pick<Judgement, 'baseMedian' | 'headMedian' | 'ratio'>,
  chance: { readonly slower: number; readonly faster: number },
  { maxP, minRatio }: JudgeLimits,
): Judgement {
  const { ratio } = figures;
  const common = { ...figures, p: Math.min(chance.slower, chance.faster) };
  if (chance.slower < maxP && ratio > minRatio) return { ...common, verdict: 'slower' };
  if (chance.faster < maxP && ratio < 1 / minRatio) return { ...common, verdict: 'faster' };
  return { ...common, verdict: 'same' };
}
