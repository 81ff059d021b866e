import { median } from '../measuring/statistics.ts';
import type { Experiment, Metrics, Target } from './experiment.ts';
import type { Attempt, Attempts } from './rounds.ts';

/** A target and what came of it. */
export interface Verdict {
  readonly target: Target;
  /** The ratio, or, without `against`, the metric itself: the median over the rounds. Null: no round has the figures that it needs. */
  readonly reached: number | null;
  readonly isReached: boolean;
}

/** One contender of an experiment, over all rounds. */
export interface ContenderResult {
  readonly contender: string;
  /** Medians over the rounds that have a figure. */
  readonly medians: Metrics;
  /** Why rounds have none, each reason once. */
  readonly failures: readonly string[];
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
  const { name, title, work, metrics, targets } = experiment;
  return {
    name,
    title,
    work,
    metrics,
    contenders: Object.entries(attempts).map(([contender, tried]) => ({
      contender,
      medians: mediansOf(tried),
      failures: [...new Set(tried.flatMap((attempt) => ('failure' in attempt ? [attempt.failure] : [])))],
    })),
    verdicts: targets.map((target) => judge(target, attempts)),
  };
}

function mediansOf(tried: readonly Attempt[]): Metrics {
  const all = tried.flatMap((attempt) => ('metrics' in attempt ? [attempt.metrics] : []));
  const names = new Set(all.flatMap((metrics) => Object.keys(metrics)));
  return Object.fromEntries(
    [...names]
      .map((name) => [name, median(all.map((metrics) => metrics[name] ?? Number.NaN).filter(Number.isFinite))] as const)
      // Not every contender has every figure.
      .filter(([, value]) => Number.isFinite(value)),
  );
}

/** A target that no round has the figures for is missed: what was not measured was not reached. */
function judge(target: Target, attempts: Attempts): Verdict {
  const { metric, of, against } = target;
  const ours = byRound(attempts[of] ?? [], metric);
  const theirs = against === undefined ? undefined : byRound(attempts[against] ?? [], metric);
  const figures = [...ours]
    .map(([round, value]) => (theirs === undefined ? value : value / (theirs.get(round) ?? Number.NaN)))
    .filter(Number.isFinite);
  if (figures.length === 0) return { target, reached: null, isReached: false };
  const reached = median(figures);
  const isReached = reached >= (target.atLeast ?? -Infinity) && reached <= (target.atMost ?? Infinity);
  return { target, reached, isReached };
}

function byRound(tried: readonly Attempt[], metric: string): ReadonlyMap<number, number> {
  return new Map(
    tried.flatMap((attempt) =>
      'metrics' in attempt && metric in attempt.metrics ? [[attempt.round, attempt.metrics[metric] as number]] : [],
    ),
  );
}
