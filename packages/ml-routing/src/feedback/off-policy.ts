import { ValidationError, showValue } from '@tradewind/core-types';
import { meanWithInterval, type Estimate } from './confidence-interval.ts';
import { checkChoices, isDistribution, type ChoicePolicy, type LoggedChoice } from './logged-choice.ts';
import { CrossFittedRewards } from './reward-model.ts';

/** What a policy would have earned per choice, by four estimators of the same log. */
export interface PolicyEstimates {
  /** The one to go by: unbiased, since the propensities are known, and as narrow as the model is good. */
  readonly doublyRobust: Estimate;
  /** Inverse propensity scores: unbiased, wide. */
  readonly ips: Estimate;
  /** The same, divided by the sum of the weights: narrower, slightly biased. */
  readonly snips: Estimate;
  /** The model of the rewards alone: as wrong as the model, and its interval does not know it. */
  readonly direct: Estimate;
  /** How many choices of the policy itself the log is worth: Kish's effective sample size. Below some hundreds, go on logging. */
  readonly effectiveChoices: number;
  readonly choices: number;
}

/** How two policies compare on the same choices. */
export interface PolicyGain {
  /** The reward per choice that the candidate would have earned more than the incumbent: doubly robust, paired. */
  readonly gain: Estimate;
  /** The gain as a part of the size of what the incumbent would have earned; 0 where that is 0. */
  readonly relative: number;
  /** The gain in its own standard errors. */
  readonly t: number;
  readonly candidate: Estimate;
  readonly incumbent: Estimate;
  /** The smaller one of the two. */
  readonly effectiveChoices: number;
  readonly choices: number;
}

/** How an estimate is made. */
export interface OffPolicyOptions {
  /** How often the interval shall hold, 0.5 to 0.999. Default 0.95. */
  readonly confidence?: number | undefined;
}

/**
 * A log of choices from which it can be told what other policies would have earned.
 *
 * Doubly robust: the model of the rewards says what the policy would have earned, and the propensities correct it where the log shows that it is wrong
 * (M. Dudík, J. Langford, L. Li, "Doubly robust policy evaluation and learning", ICML 2011; the model is cross-fitted). The truth that is estimated is that of the contexts in the log: the mean
 * over them of what was to be expected. It holds where a choice does not change what the other choices earn: on paths that load themselves, as long as the policies
 * differ in few choices.
 *
 * Cost: reading 20,000 choices of 4 actions and 4 features takes some 20 ms, an estimate a few; not for the hot path.
 */
export class OffPolicyLog {
  readonly #choices: readonly LoggedChoice[];
  readonly #rewards: CrossFittedRewards;
  readonly #confidence: number;

  /** @throws ValidationError `INVALID_OPTIONS` on an empty log, a broken choice, or a confidence out of its range. */
  constructor(choices: readonly LoggedChoice[], { confidence = 0.95 }: OffPolicyOptions = {}) {
    if (!(confidence >= 0.5 && confidence <= 0.999)) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'confidence',
        expected: 'a number from 0.5 to 0.999',
        received: showValue(confidence),
        hint: 'Use 0.95.',
      });
    }
    const { actions, features } = checkChoices(choices);
    this.#choices = choices;
    this.#confidence = confidence;
    this.#rewards = new CrossFittedRewards(choices, actions, features);
  }

  /** What a policy would have earned per choice. @throws ValidationError `INVALID_OPTIONS` where its probabilities are none. */
  estimate(policy: ChoicePolicy): PolicyEstimates {
    const { weights, direct, terms } = this.#score(policy);
    const count = this.#choices.length;
    const ips = weights.map((weight, at) => weight * (this.#choices[at] as LoggedChoice).reward);
    return {
      doublyRobust: meanWithInterval(terms, this.#confidence),
      ips: meanWithInterval(ips, this.#confidence),
      snips: this.#selfNormalized(weights),
      direct: meanWithInterval(direct, this.#confidence),
      effectiveChoices: effective(weights),
      choices: count,
    };
  }

  /** What a candidate would have earned more than an incumbent. @throws ValidationError `INVALID_OPTIONS` where probabilities are none. */
  compare(candidate: ChoicePolicy, incumbent: ChoicePolicy): PolicyGain {
    const ours = this.#score(candidate);
    const theirs = this.#score(incumbent);
    const gain = meanWithInterval(
      ours.terms.map((term, at) => term - (theirs.terms[at] as number)),
      this.#confidence,
    );
    const base = meanWithInterval(theirs.terms, this.#confidence);
    return {
      gain,
      relative: base.value === 0 ? 0 : gain.value / Math.abs(base.value),
      t: gain.standardError > 0 ? gain.value / gain.standardError : 0,
      candidate: meanWithInterval(ours.terms, this.#confidence),
      incumbent: base,
      effectiveChoices: Math.min(effective(ours.weights), effective(theirs.weights)),
      choices: this.#choices.length,
    };
  }

  /** The reward per choice that was really earned. */
  logged(): Estimate {
    return meanWithInterval(
      Float64Array.from(this.#choices, ({ reward }) => reward),
      this.#confidence,
    );
  }

  /** By choice: how much more often the policy would have taken the action, what the model says, and the doubly robust term. */
  #score(policy: ChoicePolicy): Record<'weights' | 'direct' | 'terms', Float64Array<ArrayBuffer>> {
    const { actions, predicted } = this.#rewards;
    const count = this.#choices.length;
    const weights = new Float64Array(count);
    const direct = new Float64Array(count);
    const terms = new Float64Array(count);
    for (const [at, choice] of this.#choices.entries()) {
      const probabilities = policy(choice, at);
      if (!isDistribution(probabilities, actions)) throw invalidPolicy(at, probabilities, actions);
      let expected = 0;
      for (let action = 0; action < actions; action += 1) {
        expected += (probabilities[action] as number) * (predicted[at * actions + action] as number);
      }
      const { action, reward, propensities } = choice;
      const weight = (probabilities[action] as number) / (propensities[action] as number);
      weights[at] = weight;
      direct[at] = expected;
      terms[at] = expected + weight * (reward - (predicted[at * actions + action] as number));
    }
    return { weights, direct, terms };
  }

  /** A ratio of means: its interval is that of its linear part (the delta method). */
  #selfNormalized(weights: Float64Array<ArrayBuffer>): Estimate {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum === 0) return { value: Number.NaN, low: -Infinity, high: Infinity, standardError: Infinity };
    const earned = weights.reduce(
      (total, weight, at) => total + weight * (this.#choices[at] as LoggedChoice).reward,
      0,
    );
    const value = earned / sum;
    const linear = weights.map(
      (weight, at) => value + (weight * ((this.#choices[at] as LoggedChoice).reward - value) * weights.length) / sum,
    );
    return { ...meanWithInterval(linear, this.#confidence), value };
  }
}

function effective(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

function invalidPolicy(at: number, received: ArrayLike<number>, actions: number): ValidationError {
  return new ValidationError('INVALID_OPTIONS', {
    path: `policy(choices[${at}])`,
    expected: `${actions} probabilities that add up to 1`,
    received: showValue(received),
    hint: 'Have the policy give the probability of every action: see ChoicePolicy.',
  });
}
