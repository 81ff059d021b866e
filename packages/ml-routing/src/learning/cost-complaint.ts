import type { BaselineGain } from './replayed-gain.ts';
import type { GainOverStatic } from './static-account.ts';
import { percent } from '../percent.ts';

/** What is known of how learned scheduling compares with what would be otherwise. */
export interface Comparisons {
  /** Over strict priority, on live traffic. */
  readonly gain: GainOverStatic;
  /** Over the scheduler that it replaces, in replays; undefined where none was given, or it has failed. */
  readonly baseline: BaselineGain | undefined;
  /** What that scheduler threw. */
  readonly failure: string | undefined;
}

/**
 * What an operator is told of learned scheduling, empty where there is nothing to complain of.
 *
 * Policies are adopted against strict priority, which is what the router falls back to by itself. That they cost more than the scheduler that the router replaces is for whoever
 * put it there to act on: the router cannot give its place back.
 */
export function complaintOf({ gain, baseline, failure }: Comparisons): string {
  const { saved, from, to } = gain;
  if (to < 0)
    return `learned routing has cost ${percent(-saved)} more than strict priority would have (95 % interval ${percent(-to)} to ${percent(-from)})`;
  if (failure !== undefined) return `the baseline is not compared with any more, it failed: ${failure}`;
  if (baseline === undefined || !(baseline.saved.high < 0)) return '';
  const { value, low, high } = baseline.saved;
  return `learned routing costs ${percent(-value)} more than ${baseline.baseline}, which would run without it (95 % interval ${percent(-high)} to ${percent(-low)}, in replays): take the router out`;
}
