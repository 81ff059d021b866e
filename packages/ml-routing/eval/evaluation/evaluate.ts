import { OffPolicyLog, type ChoicePolicy, type Estimate, type PolicyEstimates } from '../../src/index.ts';
import { makeLog, truthOf } from './synthetic-log.ts';
import type { World } from './worlds.ts';

export const ESTIMATORS = ['direct', 'ips', 'snips', 'doublyRobust'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** One policy, judged by one log. */
export interface Judgement {
  readonly world: string;
  readonly policy: string;
  readonly truth: number;
  readonly estimates: PolicyEstimates;
  /** Of the gain over the policy that always takes the first path. */
  readonly gain: { readonly truth: number; readonly estimate: Estimate };
}

/** Has a log of each world judge what other policies would have earned. */
export function judge(world: World, seed: number, choices: number): readonly Judgement[] {
  const synthetic = makeLog(world, seed, choices);
  const log = new OffPolicyLog(synthetic.choices);
  const first = always(0, world.actions);
  const base = truthOf(synthetic, first);
  return Object.entries(targets(world.actions)).map(([policy, target]) => {
    const truth = truthOf(synthetic, target);
    return {
      world: world.name,
      policy,
      truth,
      estimates: log.estimate(target),
      gain: { truth: truth - base, estimate: log.compare(target, first).gain },
    };
  });
}

/** Policies unlike the one that wrote the log. */
function targets(actions: number): Readonly<Record<string, ChoicePolicy>> {
  const uniform = new Float64Array(actions).fill(1 / actions);
  return {
    'always the second': always(1, actions),
    'by chance': () => uniform,
    'least loaded': leastLoaded(actions, 1),
    'mostly least loaded': leastLoaded(actions, 0.7),
  };
}

function always(action: number, actions: number): ChoicePolicy {
  const probabilities = new Float64Array(actions);
  probabilities[action] = 1;
  return () => probabilities;
}

/** The features are the size and then the loads. */
function leastLoaded(actions: number, share: number): ChoicePolicy {
  const probabilities = new Float64Array(actions);
  return ({ features }) => {
    let best = 0;
    for (let action = 1; action < actions; action += 1) {
      if ((features[action + 1] as number) < (features[best + 1] as number)) best = action;
    }
    probabilities.fill((1 - share) / actions);
    probabilities[best] = share + (1 - share) / actions;
    return probabilities;
  };
}

export function covers({ low, high }: Estimate, truth: number): boolean {
  return low <= truth && truth <= high;
}

/** How far from the truth, as a part of it. */
export function errorOf({ value }: Estimate, truth: number): number {
  return Math.abs(value - truth) / Math.abs(truth);
}
