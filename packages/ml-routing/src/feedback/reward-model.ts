import type { LoggedChoice } from './logged-choice.ts';
import { RidgeSums, fitRidge } from './ridge-model.ts';

/**
 * What each action would have earned, as far as a linear model of the features can tell: one ridge regression per action.
 *
 * Cross-fitted: a choice is judged by a model that has not seen it, so that an estimate made with it stays unbiased (V. Chernozhukov et al., "Double/debiased
 * machine learning", 2018).
 */
export class CrossFittedRewards {
  /** By choice, then action. */
  readonly predicted: Float64Array<ArrayBuffer>;
  readonly actions: number;

  constructor(choices: readonly LoggedChoice[], actions: number, features: number) {
    this.actions = actions;
    const size = features + 1;
    const rows = standardized(choices, features);
    const parts = Array.from({ length: FOLDS }, () => Array.from({ length: actions }, () => new RidgeSums(size)));
    let rewards = 0;
    for (const [at, { action, reward }] of choices.entries()) {
      parts[at % FOLDS]?.[action]?.add(rows, at * size, reward);
      rewards += reward;
    }
    const fallback = rewards / choices.length;
    const coefficients = fitFolds(parts, { actions, size, fallback });
    this.predicted = new Float64Array(choices.length * actions);
    for (let at = 0; at < choices.length; at += 1) {
      for (let action = 0; action < actions; action += 1) {
        const from = ((at % FOLDS) * actions + action) * size;
        let sum = 0;
        for (let i = 0; i < size; i += 1) sum += (coefficients[from + i] as number) * (rows[at * size + i] as number);
        this.predicted[at * actions + action] = sum;
      }
    }
  }
}

/** Coefficients by fold and action, each fitted on all the other folds. */
function fitFolds(
  parts: readonly (readonly RidgeSums[])[],
  { actions, size, fallback }: { readonly actions: number; readonly size: number; readonly fallback: number },
): Float64Array {
  const coefficients = new Float64Array(parts.length * actions * size);
  for (let action = 0; action < actions; action += 1) {
    const all = new RidgeSums(size);
    for (const part of parts) all.include(part[action] as RidgeSums, 1);
    for (const [fold, part] of parts.entries()) {
      const others = new RidgeSums(size);
      others.include(all, 1);
      others.include(part[action] as RidgeSums, -1);
      const from = (fold * actions + action) * size;
      fitRidge(others, { penalty: PENALTY, fallback, into: coefficients.subarray(from, from + size) });
    }
  }
  return coefficients;
}

/** The features of all choices with a constant before them, each feature of mean 0 and variance 1; one that never changes is 0. */
function standardized(choices: readonly LoggedChoice[], features: number): Float64Array {
  const size = features + 1;
  const rows = new Float64Array(choices.length * size);
  for (let feature = 0; feature < features; feature += 1) {
    let sum = 0;
    for (const choice of choices) sum += choice.features[feature] as number;
    const mean = sum / choices.length;
    let squares = 0;
    for (const choice of choices) squares += ((choice.features[feature] as number) - mean) ** 2;
    const deviation = Math.sqrt(squares / choices.length);
    for (const [at, choice] of choices.entries()) {
      rows[at * size + 1 + feature] = deviation > 0 ? ((choice.features[feature] as number) - mean) / deviation : 0;
    }
  }
  for (let at = 0; at < choices.length; at += 1) rows[at * size] = 1;
  return rows;
}

const FOLDS = 5;
/** In choices: what is known of an action by fewer of them is mostly its mean. */
const PENALTY = 4;
