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
  readonly #inputs: number;
  readonly #hiddenWeights: Float64Array;
  readonly #hiddenBias: Float64Array;
  readonly #hidden: Float64Array;
  readonly #outputWeights: Float64Array;
  readonly #outputBias: Float64Array;

  constructor({ mean, deviation, hidden, hiddenBias, output, outputBias }: ClassifierWeights) {
    const inputs = mean.length;
    const units = Math.ceil(hiddenBias.length / TOGETHER) * TOGETHER;
    this.#inputs = inputs;
    this.#hidden = new Float64Array(units);
    this.#hiddenBias = new Float64Array(units);
    this.#hiddenWeights = new Float64Array(units * inputs);
    for (const [unit, row] of hidden.entries()) {
      let bias = hiddenBias[unit] ?? 0;
      for (const [input, weight] of row.entries()) {
        const scaled = weight / (deviation[input] ?? 1);
        bias -= scaled * (mean[input] ?? 0);
        const group = unit - (unit % TOGETHER);
        this.#hiddenWeights[group * inputs + input * TOGETHER + (unit % TOGETHER)] = scaled;
      }
      this.#hiddenBias[unit] = bias;
    }
    this.#outputWeights = new Float64Array(outputBias.length * units);
    for (const [regime, row] of output.entries()) this.#outputWeights.set(row, regime * units);
    this.#outputBias = Float64Array.from(outputBias);
    this.scores = new Float64Array(outputBias.length);
  }

  score(features: Float64Array): void {
    const hidden = this.#hidden;
    const weights = this.#hiddenWeights;
    const bias = this.#hiddenBias;
    const inputs = this.#inputs;
    const units = hidden.length;
    // Eight sums at a time, since each addition waits for the one before it.
    for (let unit = 0, at = 0; unit < units; unit += TOGETHER) {
      let a = bias[unit] as number;
      let b = bias[unit + 1] as number;
      let c = bias[unit + 2] as number;
      let d = bias[unit + 3] as number;
      let e = bias[unit + 4] as number;
      let f = bias[unit + 5] as number;
      let g = bias[unit + 6] as number;
      let h = bias[unit + 7] as number;
      for (let input = 0; input < inputs; input += 1, at += TOGETHER) {
        const feature = features[input] as number;
        a += (weights[at] as number) * feature;
        b += (weights[at + 1] as number) * feature;
        c += (weights[at + 2] as number) * feature;
        d += (weights[at + 3] as number) * feature;
        e += (weights[at + 4] as number) * feature;
        f += (weights[at + 5] as number) * feature;
        g += (weights[at + 6] as number) * feature;
        h += (weights[at + 7] as number) * feature;
      }
      hidden[unit] = a > 0 ? a : 0;
      hidden[unit + 1] = b > 0 ? b : 0;
      hidden[unit + 2] = c > 0 ? c : 0;
      hidden[unit + 3] = d > 0 ? d : 0;
      hidden[unit + 4] = e > 0 ? e : 0;
      hidden[unit + 5] = f > 0 ? f : 0;
      hidden[unit + 6] = g > 0 ? g : 0;
      hidden[unit + 7] = h > 0 ? h : 0;
    }
    const outputWeights = this.#outputWeights;
    const { scores } = this;
    for (let regime = 0, at = 0; regime < scores.length; regime += 1) {
      let even = this.#outputBias[regime] as number;
      let odd = 0;
      for (let unit = 0; unit < units; unit += 2, at += 2) {
        even += (outputWeights[at] as number) * (hidden[unit] as number);
        odd += (outputWeights[at + 1] as number) * (hidden[unit + 1] as number);
      }
      scores[regime] = even + odd;
    }
  }
}

/** Hidden units whose weights lie side by side; missing ones of the last group are zero. */
const TOGETHER = 8;
