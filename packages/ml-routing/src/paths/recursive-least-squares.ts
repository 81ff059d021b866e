/** What a latency depends on. Reused: read at once and never kept. */
export interface LatencyFeatures {
  readonly size: number;
  /** 0 to 1. */
  readonly volatility: number;
}

/** How many models, and how many observations each goes back. */
export interface RecursiveLeastSquaresOptions {
  readonly rows: number;
  readonly memory: number;
}

/**
 * Linear models of (1, size, volatility), one a row, by recursive least squares with exponential forgetting (L. Ljung, "System Identification",
 * 1999, chapter 11). What nothing is seen of (a market that is never volatile) would become arbitrarily unsure: each variance is bounded.
 *
 * Workload: three multiplications per prediction, some seventy per update; nothing is allocated.
 */
export class RecursiveLeastSquares {
  /** Three a row: milliseconds, milliseconds by unit of size, milliseconds by full volatility. */
  readonly coefficients: Float64Array<ArrayBuffer>;
  /** Over the variance of single observations. */
  readonly covariance: Float64Array<ArrayBuffer>;
  readonly #forget: number;
  readonly #features = new Float64Array(FEATURES);
  readonly #gain = new Float64Array(FEATURES);

  constructor({ rows, memory }: RecursiveLeastSquaresOptions) {
    this.coefficients = new Float64Array(rows * FEATURES);
    this.covariance = new Float64Array(rows * FEATURES * FEATURES);
    this.#forget = 1 - 1 / memory;
  }

  predict(row: number, size: number, volatility: number): number {
    const { coefficients } = this;
    const from = row * FEATURES;
    return (
      (coefficients[from] as number) +
      (coefficients[from + 1] as number) * size +
      (coefficients[from + 2] as number) * volatility
    );
  }

  /** Variance of the prediction for this size in a calm market, over the variance of single observations. */
  doubt(row: number, size: number): number {
    const { covariance } = this;
    const at = row * FEATURES * FEATURES;
    const mixed = (covariance[at + 1] as number) + (covariance[at + FEATURES] as number);
    return (covariance[at] as number) + size * (mixed + size * (covariance[at + FEATURES + 1] as number));
  }

  /** The first observation: what it was, and that nothing else is known. */
  begin(row: number, value: number): void {
    const from = row * FEATURES;
    this.coefficients.fill(0, from, from + FEATURES);
    this.coefficients[from] = value;
    const square = row * FEATURES * FEATURES;
    this.covariance.fill(0, square, square + FEATURES * FEATURES);
    for (let i = 0; i < FEATURES; i += 1) this.covariance[square + i * (FEATURES + 1)] = 1;
  }

  /** An observation was so much above the prediction; it counts as `weight` of one, above 0 to 1. */
  update(row: number, of: LatencyFeatures, residual: number, weight: number): void {
    const features = this.#features;
    features[0] = 1;
    features[1] = of.size;
    features[2] = of.volatility;
    const divisor = this.#project(row, this.#forget / weight);
    const { covariance, coefficients } = this;
    const gain = this.#gain;
    const square = row * FEATURES * FEATURES;
    const growth = 1 / this.#forget;
    for (let i = 0; i < FEATURES; i += 1) {
      const step = (gain[i] as number) / divisor;
      const at = row * FEATURES + i;
      coefficients[at] = (coefficients[at] as number) + step * residual;
      for (let j = 0; j < FEATURES; j += 1) {
        const cell = square + i * FEATURES + j;
        covariance[cell] = ((covariance[cell] as number) - step * (gain[j] as number)) * growth;
      }
    }
    for (let i = 0; i < FEATURES; i += 1) this.#bound(square, i);
  }

  /** Scales a feature's row and column back, so that the matrix stays a covariance. */
  #bound(square: number, feature: number): void {
    const { covariance } = this;
    const variance = covariance[square + feature * (FEATURES + 1)] as number;
    if (!(variance > GREATEST_VARIANCE)) return;
    const scale = Math.sqrt(GREATEST_VARIANCE / variance);
    for (let j = 0; j < FEATURES; j += 1) {
      const inRow = square + feature * FEATURES + j;
      const inColumn = square + j * FEATURES + feature;
      covariance[inRow] = (covariance[inRow] as number) * scale;
      covariance[inColumn] = (covariance[inColumn] as number) * scale;
    }
  }

  /** Covariance times features, into the gain. Returns the divisor of the gain. */
  #project(row: number, start: number): number {
    const { covariance } = this;
    const features = this.#features;
    const square = row * FEATURES * FEATURES;
    let divisor = start;
    for (let i = 0; i < FEATURES; i += 1) {
      let sum = 0;
      for (let j = 0; j < FEATURES; j += 1)
        sum += (covariance[square + i * FEATURES + j] as number) * (features[j] as number);
      this.#gain[i] = sum;
      divisor += sum * (features[i] as number);
    }
    return divisor;
  }
}

/** Coefficients of a row. */
const FEATURES = 3;
/** Three times what it begins with. */
const GREATEST_VARIANCE = 3;
