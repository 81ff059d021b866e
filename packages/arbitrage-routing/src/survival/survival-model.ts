import { LogisticModel } from './logistic-model.ts';
import { SURVIVAL_PRIOR } from './survival-features.ts';

/** The model that an estimator asks and teaches. */
export type SurvivalModel = LogisticModel;

/**
 * A model that has learned nothing yet: it says `(age + 10 ms) / (age + 10 ms + travel)`, a little nearer to one half, and finds its own way from there.
 *
 * It forgets half of what an outcome taught within about 7,000 opportunities, so that it follows a market that changes over days, not over minutes.
 */
export function createSurvivalModel(): SurvivalModel {
  return new LogisticModel({ prior: SURVIVAL_PRIOR, memory: 0.9999 });
}
