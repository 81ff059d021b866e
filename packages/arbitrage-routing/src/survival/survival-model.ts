import type { StateOwner } from '@tradewind/core-types';
import { LogisticModel } from './logistic-model.ts';
import { SURVIVAL_PRIOR } from './survival-features.ts';

/** The model that an estimator asks and teaches. Features are in the order of `SURVIVAL_FEATURES`; the array is reused, copy what you keep. */
export interface SurvivalModel extends StateOwner {
  /** That an opportunity with these features survives: from 0 to 1. */
  probability(features: Float64Array): number;
  /** What became of one. `weight`, default 1, is how much it counts: forecasts of one opportunity share what they say. */
  learn(features: Float64Array, isGood: boolean, weight?: number): void;
}

/**
 * A model that has learned nothing yet: it says `(age + 10 ms) / (age + 10 ms + travel)`, a little nearer to one half, and finds its own way from there.
 *
 * It forgets half of what an outcome taught within 6,900 outcomes of full weight, some 2,000 opportunities, so that it follows a market that changes over days, not
 * over minutes.
 */
export function createSurvivalModel(): SurvivalModel {
  return new LogisticModel({ prior: SURVIVAL_PRIOR, memory: 0.9999 });
}
