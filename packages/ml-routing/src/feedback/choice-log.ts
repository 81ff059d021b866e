import type { Outcome, RoutableMessage } from '@tradewind/core-types';
import type { ChoicePolicy, LoggedChoice } from './logged-choice.ts';
import { OutcomeJoin } from './outcome-join.ts';
import type { Reward } from './reward.ts';

/** The shape of a {@link ChoiceLog}. */
export interface ChoiceLogShape {
  readonly actions: number;
  readonly features: number;
  /** How many choices are remembered, open ones included; rounded up to a power of two. */
  readonly capacity: number;
  readonly reward: Reward;
}

/**
 * The last choices that were made by chance: what was known, with which probabilities, what came of them, and what each of two policies would have done.
 *
 * Columns of numbers, written once per choice and once per outcome without making an object. A choice counts once its outcome has come and its reward is
 * finite; the oldest ones are overwritten.
 */
export class ChoiceLog {
  readonly join: OutcomeJoin;
  /** Outcomes whose reward was no finite number. */
  withoutReward = 0;
  readonly #shape: ChoiceLogShape;
  readonly #features: Float64Array<ArrayBuffer>;
  readonly #propensities: Float64Array<ArrayBuffer>;
  readonly #expiresAtMs: Float64Array<ArrayBuffer>;
  /** NaN until it came. */
  readonly #rewards: Float64Array<ArrayBuffer>;
  readonly #actions: Uint8Array<ArrayBuffer>;
  readonly #candidates: Uint8Array<ArrayBuffer>;
  readonly #incumbents: Uint8Array<ArrayBuffer>;
  /** One after the last place that was written. */
  #next = 0;

  constructor(shape: ChoiceLogShape) {
    this.join = new OutcomeJoin(shape.capacity);
    this.#shape = shape;
    const { capacity } = this.join;
    this.#features = new Float64Array(capacity * shape.features);
    this.#propensities = new Float64Array(capacity * shape.actions);
    this.#expiresAtMs = new Float64Array(capacity);
    this.#rewards = new Float64Array(capacity).fill(Number.NaN);
    this.#actions = new Uint8Array(capacity);
    this.#candidates = new Uint8Array(capacity);
    this.#incumbents = new Uint8Array(capacity);
  }

  /**
   * Writes a choice between what a candidate and an incumbent would do, which differ.
   *
   * @param takesCandidate - Which one was taken.
   * @param candidateShare - With which probability that would have been the candidate's, above 0 and below 1.
   * @param features - Of the length of the log; read at once.
   */
  choose(
    message: RoutableMessage,
    actions: { readonly candidate: number; readonly incumbent: number },
    chance: { readonly takesCandidate: boolean; readonly candidateShare: number },
    features: Float64Array,
  ): void {
    const place = this.join.decided(message.sequence, message.publishedAtMs);
    this.#next = (place + 1) & (this.join.capacity - 1);
    const { candidate, incumbent } = actions;
    this.#features.set(features, place * this.#shape.features);
    const from = place * this.#shape.actions;
    this.#propensities.fill(0, from, from + this.#shape.actions);
    this.#propensities[from + candidate] = chance.candidateShare;
    this.#propensities[from + incumbent] = 1 - chance.candidateShare;
    this.#expiresAtMs[place] = message.expiresAtMs ?? Infinity;
    this.#rewards[place] = Number.NaN;
    this.#actions[place] = chance.takesCandidate ? candidate : incumbent;
    this.#candidates[place] = candidate;
    this.#incumbents[place] = incumbent;
  }

  /** Takes in what became of a choice. False where the outcome is of no choice that is open, or its reward is not finite. */
  settle(outcome: Outcome): boolean {
    const place = this.join.settle(outcome);
    if (place < 0) return false;
    const reward = this.#shape.reward.of(outcome, this.#expiresAtMs[place] as number);
    if (!Number.isFinite(reward)) {
      this.withoutReward += 1;
      return false;
    }
    this.#rewards[place] = reward;
    return true;
  }

  /** The choices whose rewards are known, oldest first, and the two policies that they were made between. */
  read(): {
    readonly choices: readonly LoggedChoice[];
    readonly candidate: ChoicePolicy;
    readonly incumbent: ChoicePolicy;
  } {
    const { actions, features } = this.#shape;
    const { capacity } = this.join;
    const places = Array.from({ length: capacity }, (_, back) => (this.#next + back) & (capacity - 1)).filter(
      (place) => !Number.isNaN(this.#rewards[place]),
    );
    const choices = places.map((place) => ({
      features: Array.from(this.#features.subarray(place * features, (place + 1) * features)),
      propensities: Array.from(this.#propensities.subarray(place * actions, (place + 1) * actions)),
      action: this.#actions[place] as number,
      reward: this.#rewards[place] as number,
    }));
    return {
      choices,
      candidate: noted(this.#candidates, places, actions),
      incumbent: noted(this.#incumbents, places, actions),
    };
  }
}

/** The policy whose actions were noted in a column. */
function noted(column: Uint8Array, places: readonly number[], actions: number): ChoicePolicy {
  const taken = places.map((place) => column[place] as number);
  const probabilities = new Float64Array(actions);
  return (_, at) => {
    probabilities.fill(0);
    probabilities[taken[at] as number] = 1;
    return probabilities;
  };
}
