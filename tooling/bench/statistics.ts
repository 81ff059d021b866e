import type { Samples } from './rounds.ts';
import type { Target, Workload } from './workload.ts';

/** A target and what came of it. */
export interface Verdict {
  readonly target: Target;
  /** The ratio, or, without `against`, the metric itself: the median over the rounds. */
  readonly reached: number;
  /** The best contender that it is compared with. */
  readonly against: string | undefined;
  readonly isReached: boolean;
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly work: string;
  /** Medians over the rounds, by contender and metric. */
  readonly medians: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly verdicts: readonly Verdict[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Medians, and ratios paired by round: both sides of a ratio ran within seconds of each other. */
export function summarize(workload: Workload, samples: Samples): WorkloadResult {
  const medians = Object.fromEntries(
    Object.entries(samples).map(([contender, rounds]) => {
      const names = Object.keys(rounds[0] ?? {});
      return [
        contender,
        Object.fromEntries(names.map((name) => [name, median(rounds.map((metrics) => metrics[name] ?? Number.NaN))])),
      ];
    }),
  );
  const verdicts = workload.targets.map((target) => judge(target, samples));
  return { name: workload.name, title: workload.title, work: workload.work, medians, verdicts };
}

function judge(target: Target, samples: Samples): Verdict {
  const ours = valuesOf(samples, target.of, target.metric);
  if (target.against === undefined) {
    const reached = median(ours);
    return { target, reached, against: undefined, isReached: reached <= target.atMost };
  }
  const peers = target.against.map((name) => ({ name, values: valuesOf(samples, name, target.metric) }));
  const best = peers.toSorted((a, b) => median(a.values) - median(b.values))[0];
  if (best === undefined) throw new Error(`Expected a contender to compare ${target.of} with.`);
  const reached = median(ours.map((value, round) => value / (best.values[round] ?? Number.NaN)));
  return { target, reached, against: best.name, isReached: reached <= target.atMost };
}

function valuesOf(samples: Samples, contender: string, metric: string): readonly number[] {
  const rounds = samples[contender];
  if (rounds === undefined) throw new Error(`Expected a contender "${contender}"; a target names it.`);
  return rounds.map((metrics) => {
    const value = metrics[metric];
    if (value === undefined)
      throw new Error(`Expected "${contender}" to return the metric "${metric}"; a target names it.`);
    return value;
  });
}
