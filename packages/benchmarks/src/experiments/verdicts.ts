import { median } from '../measuring/statistics.ts';
import type { Experiment, Metrics, Target } from './experiment.ts';
import type { Attempt, Attempts } from './rounds.ts';

/** How far the rounds lie apart. */
export interface Range {
  readonly least: number;
  readonly greatest: number;
}

/** A target and what came of it. */
export interface Verdict {
  readonly target: Target;
  /** The ratio, or, without `against`, the metric itself: the median over the rounds. Null: no round has the figures that it needs. */
  readonly reached: number | null;
  /** Of the rounds that have it; absent where fewer than two do, and in results that were stored before it was kept. */
  readonly range?: Range | undefined;
  readonly isReached: boolean;
  /** Rounds in which either side failed; absent where none did, and in results that were stored before it was kept. */
  readonly failedRounds?: FailedRounds | undefined;
}

/** How many of the rounds that there were have no figure, because a side failed. */
export interface FailedRounds {
  readonly failed: number;
  readonly of: number;
}

/** One contender of an experiment, over all rounds. */
export interface ContenderResult {
  readonly contender: string;
  /** Medians over the rounds that have a figure. */
  readonly medians: Metrics;
  /** By metric, where two rounds or more have a figure; absent in results that were stored before it was kept. */
  readonly ranges?: Readonly<Record<string, Range>> | undefined;
  /** Why rounds have none, each reason once. */
  readonly failures: readonly string[];
  /** Why it was not run: it cannot do the work. */
  readonly cannot?: string | undefined;
}

/** What came of an experiment. Plain data. */
export interface ExperimentResult {
  readonly name: string;
  readonly title: string;
  readonly work: string;
  readonly metrics: readonly string[];
  readonly contenders: readonly ContenderResult[];
  readonly verdicts: readonly Verdict[];
}

/** Medians, and ratios paired by round: both sides of a ratio ran in direct succession. A failure of either side leaves its round out. */
export function summarize(experiment: Experiment, attempts: Attempts): ExperimentResult {
  const { name, title, work, metrics, targets, cannot = {} } = experiment;
  return {
    name,
    title,
    work,
    metrics,
    contenders: [
      ...Object.entries(attempts).map(([contender, tried]) => ({
        contender,
        ...figuresOf(tried),
        failures: [...new Set(tried.flatMap((attempt) => ('failure' in attempt ? [attempt.failure] : [])))],
      })),
      ...Object.entries(cannot).map(([contender, why]) => ({ contender, medians: {}, failures: [], cannot: why })),
    ],
    verdicts: targets.map((target) => judge(target, attempts)),
  };
}

function figuresOf(tried: readonly Attempt[]): Required<Pick<ContenderResult, 'medians' | 'ranges'>> {
  const all = tried.flatMap((attempt) => ('metrics' in attempt ? [attempt.metrics] : []));
  const names = [...new Set(all.flatMap((metrics) => Object.keys(metrics)))];
  const figures = names
    .map((name) => [name, all.map((metrics) => metrics[name] ?? Number.NaN).filter(Number.isFinite)] as const)
    // Not every contender has every figure.
    .filter(([, values]) => values.length > 0);
  return {
    medians: Object.fromEntries(figures.map(([name, values]) => [name, median(values)])),
    ranges: Object.fromEntries(
      figures.flatMap(([name, values]) => {
        const range = rangeOf(values);
        return range === undefined ? [] : [[name, range]];
      }),
    ),
  };
}

/** One round has no spread. */
function rangeOf(values: readonly number[]): Range | undefined {
  return values.length < 2 ? undefined : { least: Math.min(...values), greatest: Math.max(...values) };
}

/**
 * A target that no round has the figures for is missed: what was not measured was not reached. So is one whose contender failed in any round,
 * whatever the others came to: a bus that loses a message in one run of three does not sustain a rate. Where only the other side of a ratio failed
 * the remaining rounds count, and the verdict says how many failed.
 */
function judge(target: Target, attempts: Attempts): Verdict {
  const { metric, of, against } = target;
  const ours = byRound(attempts[of] ?? [], metric);
  const theirs = against === undefined ? undefined : byRound(attempts[against] ?? [], metric);
  const figures = [...ours]
    .map(([round, value]) => (theirs === undefined ? value : value / (theirs.get(round) ?? Number.NaN)))
    .filter(Number.isFinite);
  const ownFailures = failuresOf(attempts[of]);
  const failed = new Set([...ownFailures, ...failuresOf(against === undefined ? [] : attempts[against])]).size;
  const failedRounds = failed === 0 ? {} : { failedRounds: { failed, of: attempts[of]?.length ?? failed } };
  if (figures.length === 0) return { target, reached: null, isReached: false, ...failedRounds };
  const reached = median(figures);
  const isReached =
    ownFailures.length === 0 && reached >= (target.atLeast ?? -Infinity) && reached <= (target.atMost ?? Infinity);
  return { target, reached, range: rangeOf(figures), isReached, ...failedRounds };
}

/** The rounds in which a contender failed. */
function failuresOf(tried: readonly Attempt[] = []): readonly number[] {
  return tried.flatMap((attempt) => ('failure' in attempt ? [attempt.round] : []));
}

function byRound(tried: readonly Attempt[], metric: string): ReadonlyMap<number, number> {
  return new Map(
    tried.flatMap((attempt) =>
      'metrics' in attempt && metric in attempt.metrics ? [[attempt.round, attempt.metrics[metric] as number]] : [],
    ),
  );
}
