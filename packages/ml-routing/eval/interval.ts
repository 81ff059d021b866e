/** A mean, and the interval in which it lies with 95 % by Student's t. */
export interface MeanInterval {
  readonly mean: number;
  readonly from: number;
  readonly to: number;
}

/** Of figures that are independent of each other, as those of different seeds; of a single one the interval is everything. */
export function meanInterval(figures: readonly number[]): MeanInterval {
  const mean = figures.reduce((sum, each) => sum + each, 0) / figures.length;
  if (figures.length < 2) return { mean, from: -Infinity, to: Infinity };
  const variance = figures.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (figures.length - 1);
  const margin = studentT(figures.length - 1) * Math.sqrt(variance / figures.length);
  return { mean, from: mean - margin, to: mean + margin };
}

/** Of ratios: their geometric mean. */
export function ratioInterval(ratios: readonly number[]): MeanInterval {
  const { mean, from, to } = meanInterval(ratios.map((ratio) => Math.log(ratio)));
  return { mean: Math.exp(mean), from: Math.exp(from), to: Math.exp(to) };
}

/** The 97.5th percentile, by Cornish and Fisher's expansion: within 1 % from 4 degrees of freedom on. */
function studentT(degrees: number): number {
  const z = 1.959_964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / degrees + second / degrees ** 2;
}
