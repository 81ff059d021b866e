import { ValidationError, showValue, type ValidationIssue } from '@tradewind/core-types';

/** A choice that was made by chance, with the chances, and what came of it. JSON-safe: a log of them may be kept and replayed. */
export interface LoggedChoice {
  /** What was known: the same number of features, in the same order, in all choices of a log. */
  readonly features: readonly number[];
  /** By action, the probability with which it would have been taken; they add up to 1. */
  readonly propensities: readonly number[];
  /** The place of the action that was taken, of a probability above 0. */
  readonly action: number;
  /** Higher is better. */
  readonly reward: number;
}

/**
 * A policy as an estimate sees it: with which probability it would have taken each action.
 *
 * @param at - The place of the choice in the log, for policies whose decisions were noted beside it.
 * @returns By action, adding up to 1. It is read at once: the same array may be returned again.
 */
export type ChoicePolicy = (choice: LoggedChoice, at: number) => ArrayLike<number>;

/** @throws ValidationError `INVALID_OPTIONS` on an empty log, or with what is wrong with its first broken choice. */
export function checkChoices(choices: readonly LoggedChoice[]): {
  readonly actions: number;
  readonly features: number;
} {
  const [first] = choices;
  if (first === undefined) throw invalid({ path: 'choices', expected: 'at least one choice', received: 'none' });
  const shape = { actions: first.propensities.length, features: first.features.length };
  for (const [at, choice] of choices.entries()) {
    const issue = fault(choice, shape);
    if (issue !== undefined) throw invalid({ ...issue, path: `choices[${at}].${issue.path}` });
  }
  return shape;
}

function fault(
  { features, propensities, action, reward }: LoggedChoice,
  shape: { readonly actions: number; readonly features: number },
): ValidationIssue | undefined {
  if (features.length !== shape.features || !features.every((feature) => Number.isFinite(feature))) {
    return { path: 'features', expected: `${shape.features} finite numbers`, received: showValue(features) };
  }
  if (!isDistribution(propensities, shape.actions)) {
    const expected = `${shape.actions} probabilities that add up to 1`;
    return { path: 'propensities', expected, received: showValue(propensities) };
  }
  if (!((propensities[action] ?? 0) > 0)) {
    return { path: 'action', expected: 'an action of a probability above 0', received: showValue(action) };
  }
  if (!Number.isFinite(reward)) return { path: 'reward', expected: 'a finite number', received: showValue(reward) };
  return undefined;
}

/** Whether these are so many probabilities that add up to 1, but for rounding. */
export function isDistribution(values: ArrayLike<number>, length: number): boolean {
  if (values.length !== length) return false;
  let sum = 0;
  for (let at = 0; at < length; at += 1) {
    const value = values[at] as number;
    if (!(value >= 0)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) < ROUNDING;
}

function invalid(issue: ValidationIssue): ValidationError {
  const hint =
    'Log choices with all their propensities, and leave out those without a finite reward: see LoggedChoice.';
  return new ValidationError('INVALID_OPTIONS', { ...issue, hint });
}

const ROUNDING = 1e-6;
