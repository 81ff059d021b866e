/** Weights of a network with one hidden layer, as `training/` writes them. */
export interface ClassifierWeights {
  /** Of each feature in training. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** One row of features per hidden unit, and its bias. */
  readonly hidden: readonly (readonly number[])[];
  readonly hiddenBias: readonly number[];
  /** One row of hidden units per regime, and its bias. */
  readonly output: readonly (readonly number[])[];
  readonly outputBias: readonly number[];
}

/**
 * A small network: features to one hidden layer of rectified units, to one score per regime. The scores are logarithms of what is proportional to
 * the probability of each regime given this observation alone.
 *
 * Workload: once per observation, some hundred multiplications, nothing allocated. Standardization is folded into the first layer.
 */
export class RegimeClassifier {
  /** What the last `score` gave: a number per regime. */
  readonly scores: Float64Array<ArrayBuffer>;
  readonly #hiddenWeights: Float64Array;
  readonly #hiddenBias: Float64Array;
  readonly #hidden: Float64Array;
  readonly #outputWeights: Float64Array;
  readonly #outputBias: Float64Array;

  constructor({ mean, deviation, hidden, hiddenBias, output, outputBias }: ClassifierWeights) {
    this.#hiddenWeights = Float64Array.from(
      hidden.flatMap((row) => row.map((weight, at) => weight / (deviation[at] ?? 1))),
    );
    this.#hiddenBias = Float64Array.from(hiddenBias, (bias, unit) =>
      (hidden[unit] ?? []).reduce((sum, weight, at) => sum - (weight * (mean[at] ?? 0)) / (deviation[at] ?? 1), bias),
    );
    this.#hidden = new Float64Array(hiddenBias.length);
    this.#outputWeights = Float64Array.from(output.flat());
    this.#outputBias = Float64Array.from(outputBias);
    this.scores = new Float64Array(outputBias.length);
  }

  score(features: Float64Array): void {
    const hidden = this.#hidden;
    const hiddenWeights = this.#hiddenWeights;
    const inputs = features.length;
    for (let unit = 0, at = 0; unit < hidden.length; unit += 1) {
      let sum = this.#hiddenBias[unit] as number;
      for (let input = 0; input < inputs; input += 1, at += 1) {
        sum += (hiddenWeights[at] as number) * (features[input] as number);
      }
      hidden[unit] = sum > 0 ? sum : 0;
    }
    const outputWeights = this.#outputWeights;
    for (let regime = 0, at = 0; regime < this.scores.length; regime += 1) {
      let sum = this.#outputBias[regime] as number;
      for (let unit = 0; unit < hidden.length; unit += 1, at += 1) {
        sum += (outputWeights[at] as number) * (hidden[unit] as number);
      }
      this.scores[regime] = sum;
    }
  }
}
