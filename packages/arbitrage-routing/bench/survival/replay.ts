import type { Opportunity } from '../../src/lifecycle/opportunity.ts';
import { OpportunityPipeline } from '../../src/lifecycle/opportunity-pipeline.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import { SurvivalEstimator, fixedArrivals } from '../../src/survival/survival-estimator.ts';
import { LogisticModel } from '../../src/survival/logistic-model.ts';
import { SURVIVAL_PRIOR } from '../../src/survival/survival-features.ts';
import { createSurvivalModel, type SurvivalModel } from '../../src/survival/survival-model.ts';
import { Judge } from './judge.ts';
import type { Recording } from './recording.ts';

/** What became of one opportunity of the least edge that is reported on. */
export interface Case {
  readonly id: string;
  readonly detectedAtNs: bigint;
  /** As detected: its profit, and whether orders sent then would have found everything. */
  readonly profit: number;
  isExecutable: boolean;
  /** As confirmed; absent when it never was. */
  confirmed:
    | { readonly profit: number; readonly ageMs: number; readonly probability: number; isExecutable: boolean }
    | undefined;
}

/** What confirms: the learned probability, the same at the moment of detection only, that of a model that is never taught, or having been there for so long. */
export type Policy =
  | { readonly by: 'learned' | 'at detection' | 'untaught'; readonly above: number }
  | { readonly by: 'age'; readonly afterMs: number };

export interface ReplayOptions {
  readonly recording: Recording;
  /** Events to be played one after the other; a part begins with empty books. */
  readonly parts: readonly (readonly NormalizedEvent[])[];
  readonly arrivalMs: number;
  readonly policy: Policy;
  readonly minEdgePpm: number;
  /** Least edges of pipelines that only teach: shallower spreads are more, and die of the same causes. */
  readonly teachers: readonly number[];
}

export interface ReplayResult {
  /** By part. */
  readonly cases: readonly (readonly Case[])[];
  readonly estimators: readonly SurvivalEstimator[];
}

/** Plays the parts in their order through one model that learns all the way, as it would live. */
export function replay(options: ReplayOptions): ReplayResult {
  const model = options.policy.by === 'untaught' ? untaught() : createSurvivalModel();
  const results = options.parts.map((events) => playPart(events, model, options));
  return { cases: results.map(({ cases }) => cases), estimators: results.map(({ estimator }) => estimator) };
}

function playPart(events: readonly NormalizedEvent[], model: SurvivalModel, options: ReplayOptions) {
  const { recording, arrivalMs, policy, minEdgePpm, teachers } = options;
  const judge = new Judge();
  const cases = new Map<string, Case>();
  const due: { readonly atNs: bigint; readonly judge: () => void }[] = [];
  const arrivalNs = BigInt(Math.round(arrivalMs * 1e6));
  const listener = (opportunity: Opportunity): void => {
    const { id, state, changedAtNs } = opportunity;
    const profit = Number(opportunity.figures.profit);
    if (state === 'detected' && !cases.has(id)) {
      const each: Case = { id, detectedAtNs: changedAtNs, profit, isExecutable: false, confirmed: undefined };
      cases.set(id, each);
      const judged = (): void => void (each.isExecutable = judge.isExecutable(opportunity));
      due.push({ atNs: changedAtNs + arrivalNs, judge: judged });
    }
    const known = cases.get(id);
    if (state !== 'confirmed' || known === undefined || known.confirmed !== undefined) return;
    const ageMs = Number(changedAtNs - known.detectedAtNs) / 1e6;
    if (policy.by === 'at detection' && ageMs > 0) return;
    const confirmed = { profit, ageMs, probability: opportunity.survival?.probability ?? 0, isExecutable: false };
    known.confirmed = confirmed;
    const judged = (): void => void (confirmed.isExecutable = judge.isExecutable(opportunity));
    due.push({ atNs: changedAtNs + arrivalNs, judge: judged });
  };
  const make = (edge: number, isReported: boolean) => {
    const survival = new SurvivalEstimator({ arrivals: fixedArrivals(arrivalMs), model });
    const when = policy.by === 'age' ? { confirmAfterMs: policy.afterMs } : { confirmAbove: policy.above };
    const tracker = { producer: `at-${edge}`, ...when, listener: isReported ? listener : () => undefined };
    const detector = { ...recording.detector, minEdgePpm: edge };
    const assessed = policy.by === 'age' ? {} : { survival };
    return { survival, pipeline: new OpportunityPipeline({ detector, tracker, ...assessed }) };
  };
  const reported = make(minEdgePpm, true);
  const pipelines = [reported, ...teachers.map((edge) => make(edge, false))];
  for (const event of events) {
    const atNs = BigInt(event.tsRecv);
    // Arrivals come in the order in which they were asked for: they all travel for the same time.
    while (due[0] !== undefined && due[0].atNs < atNs) due.shift()?.judge();
    judge.apply(event);
    for (const { pipeline } of pipelines) pipeline.apply(event);
  }
  // What would arrive after the last event cannot be judged.
  const lastNs = BigInt(events.at(-1)?.tsRecv ?? 0n) - 2n * arrivalNs - 200_000_000n;
  return {
    cases: [...cases.values()].filter(({ detectedAtNs }) => detectedAtNs < lastNs),
    estimator: reported.survival,
  };
}

/** Its weights are believed so firmly that no outcome moves them. */
function untaught(): SurvivalModel {
  return new LogisticModel({ prior: SURVIVAL_PRIOR.map(({ mean }) => ({ mean, deviation: 1e-6 })), memory: 1 });
}
