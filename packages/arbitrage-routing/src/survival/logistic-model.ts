import { ValidationError, showValue, type JsonValue, type PluginState, type StateOwner } from '@tradewind/core-types';

/** What makes a model. */
export interface LogisticModelOptions {
  /** What each weight is believed to be before anything was seen, and how far it may lie from that: a standard deviation. */
  readonly prior: readonly { readonly mean: number; readonly deviation: number }[];
  /** How much of what was learned is kept with each outcome, above 0, at most 1: 0.9995 forgets half of it in 1,386 outcomes. */
  readonly memory: number;
}

/**
 * Logistic regression that learns online: the posterior of its weights is kept as a Gaussian with a full covariance, and each outcome moves it by one
 * Newton step (the extended Kalman filter for a logistic likelihood; Spiegelhalter and Lauritzen 1990, West, Harrison and Migon 1985).
 *
 * A step size need not be chosen, a few hundred outcomes are enough for twenty weights, and correlated features do no harm. The probability is
 * averaged over the posterior (MacKay 1992), so that what was rarely seen is told with less certainty. Cost: `n * n` multiplications an outcome and
 * a prediction, no allocation.
 */
export class LogisticModel implements StateOwner {
  readonly size: number;
  readonly #mean: Float64Array;
  readonly #covariance: Float64Array;
  readonly #product: Float64Array;
  readonly #bounds: Float64Array;
  readonly #memory: number;
  #outcomes = 0;

  constructor({ prior, memory }: LogisticModelOptions) {
    this.size = prior.length;
    this.#memory = memory;
    this.#mean = Float64Array.from(prior, ({ mean }) => mean);
    this.#bounds = Float64Array.from(prior, ({ deviation }) => deviation ** 2);
    this.#product = new Float64Array(this.size);
    this.#covariance = new Float64Array(this.size * this.size);
    for (let i = 0; i < this.size; i += 1) this.#covariance[i * this.size + i] = this.#bounds[i] as number;
  }

  /** How many outcomes it has learned from. */
  get outcomes(): number {
    return this.#outcomes;
  }

  /** The probability of the good outcome, strictly between 0 and 1. */
  probability(features: Float64Array): number {
    const score = this.#score(features);
    const variance = this.#spread(features);
    return sigmoid(score / Math.sqrt(1 + (Math.PI * variance) / 8));
  }

  /**
   * Learns from an outcome. `weight` is how much it counts: outcomes that say nearly the same share one.
   */
  learn(features: Float64Array, isGood: boolean, weight = 1): void {
    const n = this.size;
    const score = this.#score(features);
    const variance = this.#spread(features);
    const expected = sigmoid(score);
    const curvature = weight * Math.max(expected * (1 - expected), LEAST_CURVATURE);
    const gain = 1 / (1 + curvature * variance);
    const step = weight * ((isGood ? 1 : 0) - expected) * gain;
    const product = this.#product;
    for (let i = 0; i < n; i += 1) this.#mean[i] = (this.#mean[i] as number) + step * (product[i] as number);
    const shrink = curvature * gain;
    const covariance = this.#covariance;
    for (let i = 0; i < n; i += 1) {
      const row = shrink * (product[i] as number);
      for (let j = 0; j < n; j += 1) {
        covariance[i * n + j] = (covariance[i * n + j] as number) - row * (product[j] as number);
      }
    }
    this.#forget(weight);
    this.#outcomes += 1;
  }

  snapshot(): PluginState {
    const data = { outcomes: this.#outcomes, mean: [...this.#mean], covariance: [...this.#covariance] };
    return { version: VERSION, data };
  }

  /** @throws ValidationError `INVALID_OPTIONS` for a state of another version or number of weights, or with a number that is not finite. */
  restore(state: PluginState): void {
    const data = membersOf(state.version === VERSION ? state.data : undefined);
    const outcomes = data?.['outcomes'];
    const mean = numbersOf(data?.['mean'], this.size);
    const covariance = numbersOf(data?.['covariance'], this.size * this.size);
    if (typeof outcomes !== 'number' || mean === undefined || covariance === undefined) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'state',
        expected: `version ${VERSION} with ${this.size} weights and their covariance, all finite`,
        received: showValue(state),
        hint: 'Restore what snapshot() of the same version gave, or begin without a state.',
      });
    }
    this.#outcomes = outcomes;
    this.#mean.set(mean);
    this.#covariance.set(covariance);
  }

  #score(features: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.size; i += 1) sum += (this.#mean[i] as number) * (features[i] as number);
    return sum;
  }

  /** The variance of the score; leaves the covariance times the features in `#product`. */
  #spread(features: Float64Array): number {
    const n = this.size;
    let variance = 0;
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let j = 0; j < n; j += 1) sum += (this.#covariance[i * n + j] as number) * (features[j] as number);
      this.#product[i] = sum;
      variance += sum * (features[i] as number);
    }
    return Math.max(variance, 0);
  }

  /** Old outcomes count less: the covariance grows a little, never beyond what was believed at the start. */
  #forget(weight: number): void {
    const n = this.size;
    const growth = this.#memory ** -weight;
    for (let i = 0; i < n; i += 1) {
      // Scaling a row and its column alike keeps the matrix symmetric and positive.
      const limit = (this.#bounds[i] as number) / (this.#covariance[i * n + i] as number);
      const scale = Math.sqrt(Math.max(1, Math.min(growth, limit)));
      for (let j = 0; j < n; j += 1) {
        this.#covariance[i * n + j] = (this.#covariance[i * n + j] as number) * scale;
        this.#covariance[j * n + i] = (this.#covariance[j * n + i] as number) * scale;
      }
    }
  }
}

function sigmoid(score: number): number {
  // Beyond 30 a probability could not be told from 0 or 1 any more, and an outcome against it would teach without bound.
  return 1 / (1 + Math.exp(-Math.max(-MAX_SCORE, Math.min(MAX_SCORE, score))));
}

function membersOf(value: JsonValue | undefined): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function numbersOf(value: unknown, length: number): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length !== length) return undefined;
  return value.every((each): each is number => typeof each === 'number' && Number.isFinite(each)) ? value : undefined;
}

const VERSION = 1;
const MAX_SCORE = 30;
/** An outcome that was certain beforehand still says a little: without a floor a wrong certainty could not be unlearned. */
const LEAST_CURVATURE = 1e-4;
