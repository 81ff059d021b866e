import { isSameEnvironment } from '../measuring/fingerprint.ts';
import type { Baseline } from './baselines.ts';
import { findChangePoints, type ChangePoint } from './change-points.ts';
import { gateKindOf } from './gates.ts';

/** A figure of a trend that came to another level, and stayed there. */
export interface TrendChange extends ChangePoint {
  /** `workload, length / contender / metric`. */
  readonly figure: string;
  readonly isWorse: boolean;
  /** When the first run of the new level took place: ISO 8601, UTC. */
  readonly takenAt: string;
  /** What it ran on, where it was in a repository. */
  readonly commit?: string | undefined;
}

/** What a trend shows. */
export interface TrendReport {
  /** How many runs were looked at: those of the machine and Node of the newest one. */
  readonly runs: number;
  /** How many runs are of another machine or Node, and were not. */
  readonly runsElsewhere: number;
  /** How many figures were looked at: throughputs, latencies, CPU times and memory. */
  readonly figures: number;
  /** By figure, and oldest first within one. */
  readonly changes: readonly TrendChange[];
}

/**
 * Where the figures of a trend changed for good, each by {@link findChangePoints}, over the runs that have it. With its level of 0.01 a figure that never
 * changed shows a change in one trend of a hundred: among hundreds of figures expect some, and look first for those that changed together.
 */
export function readTrend(trend: readonly Baseline[]): TrendReport {
  const newest = trend.at(-1);
  if (newest === undefined) return { runs: 0, runsElsewhere: 0, figures: 0, changes: [] };
  const runs = trend.filter(({ fingerprint }) => isSameEnvironment(fingerprint, newest.fingerprint));
  const names = [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))].filter(
    (figure) => gateKindOf(figure) !== undefined,
  );
  return {
    runs: runs.length,
    runsElsewhere: trend.length - runs.length,
    figures: names.length,
    changes: names.flatMap((figure) => changesOf(figure, runs)),
  };
}

function changesOf(figure: string, runs: readonly Baseline[]): readonly TrendChange[] {
  const having = runs.filter(({ figures }) => figure in figures);
  const isMoreBetter = gateKindOf(figure) === 'throughput';
  return findChangePoints(having.map(({ figures }) => figures[figure] as number)).flatMap((change) => {
    const print = having[change.index]?.fingerprint;
    if (print === undefined) return [];
    const { takenAt, commit } = print;
    const isWorse = isMoreBetter ? change.ratio < 1 : change.ratio > 1;
    return [{ ...change, figure, isWorse, takenAt, ...(commit === undefined ? {} : { commit }) }];
  });
}
