import { formatNumber } from '../output/format-figure.ts';
import { baselineOf, type Baseline, type BaselineStore } from '../regression/baselines.ts';
import { checkGates } from '../regression/gates.ts';
import { readTrend } from '../regression/trend.ts';
import type { ComparisonResult } from '../running/run-comparison.ts';

/** What is to be done with the baselines after a run. */
export interface KeepBaselineOptions {
  readonly store: BaselineStore;
  readonly pin: string | undefined;
  /** Nothing of the run failed, was lost or left out. */
  readonly isSound: boolean;
  /** For sentences. */
  readonly tell: (line: string) => void;
}

/**
 * Adds a run to the trend, holds it against the pinned baseline, and pins it where that is asked for. Returns whether that is how it was to be: false where a
 * gate is broken, or where a run is not pinned because it is not sound or short of rounds.
 */
export function keepBaseline(result: ComparisonResult, options: KeepBaselineOptions): boolean {
  const { store, pin, tell } = options;
  const current = baselineOf(result);
  const pinned = store.pinned();
  store.append(current);
  tellChanges(store, tell);
  if (pin !== undefined) return pinRun(result, current, { ...options, pin });
  if (pinned === undefined) return true;
  const { isComparable, compared, missing, violations } = checkGates(pinned, current);
  if (!isComparable) {
    tell(`The baseline of ${pinned.release} is of another machine or Node: nothing was compared with it.`);
    return true;
  }
  if (pinned.fingerprint.niceness !== current.fingerprint.niceness) {
    tell(
      `${pinned.release} was measured at niceness ${pinned.fingerprint.niceness ?? 'unknown'}, this run at ${current.fingerprint.niceness ?? 'unknown'}: on a busy machine latencies and throughput differ for that alone.`,
    );
  }
  for (const { figure, pinned: before, current: now, ratio } of violations) {
    tell(
      `worse than ${pinned.release}: ${figure}: ${formatNumber(before)} -> ${formatNumber(now)} (${formatNumber(ratio)}x)`,
    );
  }
  const without =
    missing === 0 ? '' : ` ${missing} of its figures were not measured this time, or in runs of another length.`;
  tell(
    `${compared} figures compared with ${pinned.release}, ${violations.length} worse than the gates allow.${without}`,
  );
  return violations.length === 0;
}

function pinRun(
  { rounds, roundsWanted = rounds }: ComparisonResult,
  current: Baseline,
  { store, pin, isSound, tell }: KeepBaselineOptions & { readonly pin: string },
): boolean {
  // Later runs would be held against figures that do not stand, for as long as the release is pinned.
  if (!isSound || rounds < roundsWanted) {
    const why = isSound ? `only ${rounds} of ${roundsWanted} rounds were run` : 'not everything was measured';
    tell(`Not pinned as the baseline of ${pin}: ${why}. Mend that, or give --rounds or --only, and run again.`);
    return false;
  }
  store.pin(pin, current);
  tell(`Pinned ${Object.keys(current.figures).length} figures as the baseline of ${pin}.`);
  return true;
}

function tellChanges(store: BaselineStore, tell: (line: string) => void): void {
  const { changes, figures } = readTrend(store.trend());
  if (changes.length === 0) return;
  const worse = changes.filter(({ isWorse }) => isWorse).length;
  tell(
    `${changes.length} changes in the trend of ${figures} figures, ${worse} of them for the worse: tradewind-bench trend FOLDER tells which.`,
  );
}
