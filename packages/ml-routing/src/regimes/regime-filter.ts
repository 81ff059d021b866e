/** How regimes follow each other, and how much an observation weighs. */
export interface FilterSettings {
  /** Row by row: the probability of each regime after one observation, given the one before. Rows sum to one. */
  readonly transition: readonly (readonly number[])[];
  /** Logarithm of how frequent each regime was in training: what the classifier knew before it saw anything. */
  readonly logPrior: readonly number[];
  /** The exponent of an observation's likelihood, 0 to 1: observations overlap, so each says less than it seems to. */
  readonly evidence: number;
  /** The exponent of the posterior as it is shown. */
  readonly sharpness: number;
}

/**
 * The filter of a Markov chain that is not seen itself (Hamilton 1989): what is known of the regime after each observation.
 *
 *     predicted = transposed transition · posterior
 *     posterior ∝ predicted · (exp(score) / prior) ^ evidence
 *
 * The classifier gives probabilities, and the filter needs likelihoods: by Bayes' rule they are the same up to the prior. Whatever the scores are, the
 * posterior is finite, sums to one and leaves no regime at zero, so nothing is ever ruled out for good.
 */
export class RegimeFilter {
  readonly #transition: Float64Array;
  readonly #logPrior: Float64Array;
  readonly #stationary: Float64Array;
  readonly #predicted: Float64Array;
  readonly #evidence: number;
  readonly #sharpness: number;
  readonly #stay: number;

  constructor({ transition, logPrior, evidence, sharpness }: FilterSettings) {
    this.#transition = Float64Array.from(transition.flat());
    this.#logPrior = Float64Array.from(logPrior);
    this.#predicted = new Float64Array(logPrior.length);
    this.#stationary = stationaryOf(transition);
    this.#evidence = evidence;
    this.#sharpness = sharpness;
    this.#stay = Math.min(...transition.map((row, at) => row[at] ?? 0));
  }

  /** Before anything was seen. */
  start(posterior: Float64Array): void {
    posterior.set(this.#stationary);
  }

  /** One observation. `weight`, 0 to 1, is for one that is less sure than usual. */
  step(posterior: Float64Array, scores: Float64Array, weight: number): void {
    const regimes = posterior.length;
    const predicted = this.#predicted;
    const evidence = this.#evidence * weight;
    let strongest = -Infinity;
    for (let to = 0; to < regimes; to += 1) {
      const score = (scores[to] as number) - (this.#logPrior[to] as number);
      const bounded = evidence * (score > MOST_SCORE ? MOST_SCORE : score > -MOST_SCORE ? score : -MOST_SCORE);
      predicted[to] = bounded;
      if (bounded > strongest) strongest = bounded;
    }
    let highest = 0;
    for (let to = 0; to < regimes; to += 1) {
      let sum = 0;
      for (let from = 0; from < regimes; from += 1) {
        sum += (posterior[from] as number) * (this.#transition[from * regimes + to] as number);
      }
      // Scores are bounded, so what is multiplied here never vanishes: no logarithm is needed.
      const value = sum * Math.exp((predicted[to] as number) - strongest);
      predicted[to] = value;
      if (value > highest) highest = value;
    }
    let total = 0;
    for (let regime = 0; regime < regimes; regime += 1) {
      const value = (predicted[regime] as number) / highest + LEAST;
      posterior[regime] = value;
      total += value;
    }
    for (let regime = 0; regime < regimes; regime += 1) posterior[regime] = (posterior[regime] as number) / total;
  }

  /** Nothing was seen for so many observations: what is known fades. */
  fade(posterior: Float64Array, observations: number): void {
    const kept = this.#stay ** observations;
    for (let regime = 0; regime < posterior.length; regime += 1) {
      posterior[regime] = kept * (posterior[regime] as number) + (1 - kept) * (this.#stationary[regime] as number);
    }
  }

  /** Moves a part of the probability to one regime. */
  shift(posterior: Float64Array, to: number, part: number): void {
    for (let regime = 0; regime < posterior.length; regime += 1) {
      posterior[regime] = (1 - part) * (posterior[regime] as number) + (regime === to ? part : 0);
    }
  }

  /** The posterior as it is shown: calibrated, so that of the times at which it says 0.8, about 8 in 10 are right. */
  calibrate(posterior: Float64Array, shown: Float64Array): void {
    let total = 0;
    for (let regime = 0; regime < posterior.length; regime += 1) {
      const value = (posterior[regime] as number) ** this.#sharpness;
      shown[regime] = value;
      total += value;
    }
    for (let regime = 0; regime < posterior.length; regime += 1) shown[regime] = (shown[regime] as number) / total;
  }
}

/** What the chain tends to, by walking it for long. */
function stationaryOf(transition: FilterSettings['transition']): Float64Array {
  let current = transition.map(() => 1 / transition.length);
  for (let step = 0; step < SETTLED; step += 1) {
    const before = current;
    current = transition.map((_, to) =>
      before.reduce((sum, mass, from) => sum + mass * (transition[from]?.[to] ?? 0), 0),
    );
  }
  // Rows are written with so many digits that they sum to one only nearly.
  const total = current.reduce((sum, mass) => sum + mass, 0);
  return Float64Array.from(current, (mass) => mass / total);
}

/** No single observation says more than this. */
const MOST_SCORE = 20;
const LEAST = 1e-9;
const SETTLED = 5_000;
