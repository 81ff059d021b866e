import type { Fingerprint } from '../measuring/fingerprint.ts';
import type { Experiment, Target } from './experiment.ts';
import type { ExperimentResult } from './verdicts.ts';

/** An experiment's result with where, when and how it came about. Experiments of a page may be run one by one. */
export interface RecordedExperiment {
  readonly result: ExperimentResult;
  readonly fingerprint: Fingerprint;
  /** Names and versions of the servers. */
  readonly servers: readonly string[];
  /** How many rounds there were. */
  readonly rounds: number;
  /** How many there were to be; results that were stored before it was kept have none, as with all that is optional here. */
  readonly roundsWanted?: number | undefined;
  /** Asked for by the command, in place of what is usual for the experiment. */
  readonly roundsAsked?: number | undefined;
  /** Why the experiment usually has fewer rounds than its set. */
  readonly whyFewer?: string | undefined;
  readonly isQuick: boolean;
  /** Of all experiments that ran together, this one included. */
  readonly tookMs: number;
  /** Of the runs of this experiment alone. */
  readonly runsTookMs?: number | undefined;
}

/** What a page is written from, in the order of the page. Plain data. */
export interface ExperimentReport {
  readonly recorded: readonly RecordedExperiment[];
}

/**
 * The report with newer results in the place of older ones, in the order of the experiments. An experiment that is not there any more is left out, and so is a
 * verdict on a target that its experiment has no more: it would count among those that were reached, and nothing could miss it.
 */
export function withNewer(
  report: ExperimentReport | undefined,
  newer: readonly RecordedExperiment[],
  experiments: readonly Pick<Experiment, 'name' | 'targets'>[],
): ExperimentReport {
  const all = [...(report?.recorded ?? []), ...newer];
  return {
    recorded: experiments.flatMap(({ name, targets }) => {
      const latest = all.findLast(({ result }) => result.name === name);
      if (latest === undefined) return [];
      const verdicts = latest.result.verdicts.filter((verdict) =>
        targets.some((target) => isSameTarget(target, verdict.target)),
      );
      return [{ ...latest, result: { ...latest.result, verdicts } }];
    }),
  };
}

function isSameTarget(one: Target, other: Target): boolean {
  return one.metric === other.metric && one.of === other.of && one.against === other.against;
}
