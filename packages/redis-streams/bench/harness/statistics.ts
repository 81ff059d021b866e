import type { Metrics, Target, Workload } from './workload.ts';

/** Metrics by contender, one per round, in the order of the rounds. */
export type Samples = Readonly<Record<string, readonly Metrics[]>>;

/** A target and what came of it. */
export interface Verdict {
  readonly target: Target;
  /** The ratio, or, without `against`, the metric itself: the median over the rounds. */
  readonly reached: number;
  readonly isReached: boolean;
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly work: string;
  readonly metrics: readonly string[];
  /** Medians over the rounds, by contender and metric. */
  readonly medians: Readonly<Record<string, Metrics>>;
  readonly verdicts: readonly Verdict[];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value that a share of all does not exceed; of a sorted list. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Medians, and ratios paired by round: both sides of a ratio ran within a minute of each other. */
export function summarize(workload: Workload, samples: Samples): WorkloadResult {
  const { name, title, work, metrics } = workload;
  const medians = Object.fromEntries(
    Object.entries(samples).map(([contender, rounds]) => [
      contender,
      Object.fromEntries(
        metrics
          .map((metric) => [metric, median(valuesOf(rounds, metric))] as const)
          // Not every contender has every figure.
          .filter(([, value]) => !Number.isNaN(value)),
      ),
    ]),
  );
  return { name, title, work, metrics, medians, verdicts: workload.targets.map((target) => judge(target, samples)) };
}

function judge(target: Target, samples: Samples): Verdict {
  const ours = valuesOf(samples[target.of] ?? [], target.metric);
  const theirs = target.against === undefined ? undefined : valuesOf(samples[target.against] ?? [], target.metric);
  const reached = median(theirs === undefined ? ours : ours.map((value, i) => value / (theirs[i] ?? Number.NaN)));
  const isReached = reached >= (target.atLeast ?? -Infinity) && reached <= (target.atMost ?? Infinity);
  return { target, reached, isReached };
}

function valuesOf(rounds: readonly Metrics[], metric: string): readonly number[] {
  return rounds.map((metrics) => metrics[metric] ?? Number.NaN);
}
