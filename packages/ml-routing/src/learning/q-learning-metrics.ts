import { PRIORITY_NAMES, type MetricsSink } from '@tradewind/core-types';
import type { PolicyLearner } from './policy-learner.ts';
import type { BaselineGain } from './replayed-gain.ts';
import type { GainOverStatic } from './static-account.ts';
import type { AdoptedPolicy } from './policy-readings.ts';
import { CAUSE } from '../scheduling/decision-log.ts';
import type { ServiceTimes } from '../scheduling/service-times.ts';

/** What the metrics of a router are made of. */
export interface QLearningFigures {
  /** By the places in `CAUSE`. */
  readonly picksByCause: Float64Array;
  /** Of the picks, by priority. */
  readonly shares: readonly number[];
  readonly learner: PolicyLearner;
  readonly times: ServiceTimes;
  readonly adopted: readonly AdoptedPolicy[];
  readonly gain: GainOverStatic;
  readonly baseline: BaselineGain | undefined;
  readonly corrected: number;
  readonly enabled: boolean;
}

/** Gives every metric of a router; read when somebody asks, not kept per message. */
export function collectQLearning(into: MetricsSink, figures: QLearningFigures): void {
  collectGain(into, figures);
  if (figures.baseline !== undefined) collectBaseline(into, figures.baseline);
  collectPolicies(into, figures);
  const { picksByCause, shares, times, enabled } = figures;
  into.describe('tradewind_ml_scheduling_picks_total', 'Picks of the learned scheduler by what decided them.');
  for (const [cause, at] of Object.entries(CAUSE)) {
    into.counter('tradewind_ml_scheduling_picks_total', picksByCause[at] ?? 0, { cause });
  }
  into.describe(
    'tradewind_ml_scheduling_lane_share_ratio',
    'Part of the picks lately that each lane got, where there was a choice.',
  );
  for (const [at, lane] of PRIORITY_NAMES.entries()) {
    into.gauge('tradewind_ml_scheduling_lane_share_ratio', shares[at] ?? 0, { lane });
  }
  into.describe(
    'tradewind_ml_scheduling_service_changes_total',
    'Sudden changes found in the service times of topics.',
  );
  into.counter('tradewind_ml_scheduling_service_changes_total', times.changes);
  into.describe(
    'tradewind_ml_scheduling_prediction_error_ratio',
    'By how much predicted service times were off lately, as a part of what was predicted.',
  );
  into.gauge('tradewind_ml_scheduling_prediction_error_ratio', times.relativeError);
  into.describe(
    'tradewind_ml_scheduling_enabled',
    'Whether the learned scheduler may decide otherwise than strict priority.',
  );
  into.gauge('tradewind_ml_scheduling_enabled', enabled ? 1 : 0);
}

function collectGain(into: MetricsSink, { gain }: QLearningFigures): void {
  into.describe(
    'tradewind_ml_scheduling_gain_ratio',
    'Part of the cost of strict priority that was really saved on the same messages lately, with its 95 % interval once it is known; negative: learned routing is worse.',
  );
  into.gauge('tradewind_ml_scheduling_gain_ratio', gain.saved, { bound: 'estimate' });
  // Of few blocks the interval has no bounds: nothing is written rather than an infinity.
  if (gain.to === Infinity) return;
  into.gauge('tradewind_ml_scheduling_gain_ratio', gain.from, { bound: 'lower' });
  into.gauge('tradewind_ml_scheduling_gain_ratio', gain.to, { bound: 'upper' });
}

function collectBaseline(into: MetricsSink, { baseline, saved }: BaselineGain): void {
  into.describe(
    'tradewind_ml_scheduling_baseline_gain_ratio',
    'Part of the cost of the scheduler that would run otherwise that was saved in replays, with its 95 % interval; negative: learned routing is worse.',
  );
  into.gauge('tradewind_ml_scheduling_baseline_gain_ratio', saved.value, { baseline, bound: 'estimate' });
  // Of few windows the interval has no bounds: nothing is written rather than an infinity.
  if (saved.standardError === Infinity) return;
  into.gauge('tradewind_ml_scheduling_baseline_gain_ratio', saved.low, { baseline, bound: 'lower' });
  into.gauge('tradewind_ml_scheduling_baseline_gain_ratio', saved.high, { baseline, bound: 'upper' });
}

function collectPolicies(into: MetricsSink, { learner, adopted, corrected }: QLearningFigures): void {
  const { adoption } = learner;
  into.describe('tradewind_ml_scheduling_windows_total', 'Windows of traffic replayed under every policy.');
  into.counter('tradewind_ml_scheduling_windows_total', learner.windows);
  into.describe(
    'tradewind_ml_scheduling_policy_changes_total',
    'Policies adopted, and those among them that had been left before.',
  );
  into.counter('tradewind_ml_scheduling_policy_changes_total', adoption.changes, { kind: 'all' });
  into.counter('tradewind_ml_scheduling_policy_changes_total', adoption.reversals, { kind: 'reversal' });
  into.describe(
    'tradewind_ml_scheduling_adopted_gain_ratio',
    'Part of the cost of strict priority that the policy in force saved in replays, by how much waits.',
  );
  for (const { waiting, policy, gain } of adopted) {
    into.gauge('tradewind_ml_scheduling_adopted_gain_ratio', gain, { waiting, policy });
  }
  into.describe('tradewind_ml_scheduling_corrected_topics', 'Topics sent to another lane than they were declared for.');
  into.gauge('tradewind_ml_scheduling_corrected_topics', corrected);
}
