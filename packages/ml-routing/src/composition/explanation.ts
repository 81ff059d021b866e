import type { PathTrial, TrialReport } from '../feedback/path-trial.ts';
import type { BaselineGain, ReplayedGain } from '../learning/replayed-gain.ts';
import type { GainOverStatic } from '../learning/static-account.ts';
import type { AdoptedPolicy, AlternativePolicy, LaneCorrection } from '../learning/policy-readings.ts';
import type { QLearningRouter } from '../learning/q-learning-router.ts';
import type { RegimeReading } from '../regimes/market-regime.ts';
import type { PickExplanation } from '../scheduling/decision-log.ts';
import { percent } from '../percent.ts';

/** Why messages are served and sent as they are. */
export interface RoutingExplanation {
  /** Undefined where no detector is at work, or nothing was routed yet. */
  readonly regime: RegimeReading | undefined;
  readonly policies: readonly AdoptedPolicy[];
  /** What might be in force instead, and why it is not. */
  readonly alternatives: readonly AlternativePolicy[];
  readonly corrections: readonly LaneCorrection[];
  /** What was really saved over strict priority lately, and what in replays since the start. */
  readonly gain: GainOverStatic | undefined;
  readonly replayed: ReplayedGain | undefined;
  /** The same over the `baseline` of scheduling; undefined where none was given. */
  readonly overBaseline: BaselineGain | undefined;
  readonly trial: TrialReport | undefined;
  /** Newest first. */
  readonly picks: readonly PickExplanation[];
  /** A sentence per part, for people. */
  readonly text: readonly string[];
}

/** What is explained, as far as it is there. */
export interface Explained {
  readonly router: QLearningRouter | undefined;
  readonly trial: PathTrial | undefined;
  readonly regime: RegimeReading | undefined;
  readonly picks: number;
}

export function explainRouting({ router, trial, regime, picks }: Explained): RoutingExplanation {
  const policies = router?.adopted() ?? [];
  const report = trial?.report();
  return {
    regime,
    policies,
    alternatives: router?.alternatives() ?? [],
    corrections: router?.corrected() ?? [],
    gain: router?.gain(),
    replayed: router?.replayedGain(),
    overBaseline: router?.baselineGain(),
    trial: report,
    picks: router?.explain(picks) ?? [],
    text: [
      ...(regime === undefined ? [] : [regimeText(regime)]),
      ...policies.map(policyText),
      ...(router === undefined || router.enabled ? [] : ['learned scheduling is switched off']),
      ...(report === undefined ? [] : [trialText(report)]),
    ],
  };
}

function regimeText({ regime, confidence, newsEvent, session }: RegimeReading): string {
  const news = newsEvent ? ', a news event' : '';
  return `market: ${regime} at ${percent(confidence)}${news}, session ${session}`;
}

/** One policy on one line: what is in force while so much waits, and by what evidence. */
function policyText({ waiting, policy, gain, t, windows }: AdoptedPolicy): string {
  const seen = `${Math.round(windows)} windows`;
  if (policy === 'strict') return `${waiting} waiting: strict priority; nothing was shown to be better in ${seen}`;
  return `${waiting} waiting: ${policy}; saves ${percent(gain)} at ${t.toFixed(1)} standard errors in ${seen}`;
}

function trialText({ adopted, reason }: TrialReport): string {
  return `paths: ${adopted ? 'the candidate decides' : 'as without a candidate'}${reason === '' ? '' : `; ${reason}`}`;
}
