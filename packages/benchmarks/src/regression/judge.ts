import { median } from '../measuring/statistics.ts';
import { mannWhitney } from './mann-whitney.ts';

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

/** Compares the rounds of two builds. Base and head must have been interleaved. */
export function judge(base: readonly number[], head: readonly number[], limits: JudgeLimits = CPU_LIMITS): Judgement {
  const [baseMedian, headMedian] = [median(base), median(head)];
  const ratio = headMedian / baseMedian;
  const slower = mannWhitney(base, head).p;
  const faster = mannWhitney(head, base).p;
  const common = { baseMedian, headMedian, ratio, p: Math.min(slower, faster) };
  if (slower < limits.maxP && ratio > limits.minRatio) return { ...common, verdict: 'slower' };
  if (faster < limits.maxP && ratio < 1 / limits.minRatio) return { ...common, verdict: 'faster' };
  return { ...common, verdict: 'same' };
}
