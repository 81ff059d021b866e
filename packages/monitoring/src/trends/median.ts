/** The middle of some numbers; of an even count the mean of the two in the middle. `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2;
}

/** The median distance from the median, scaled so that of a normal distribution it is the standard deviation. */
export function medianDeviation(values: readonly number[], middle: number = median(values)): number {
  return NORMAL * median(values.map((value) => Math.abs(value - middle)));
}

/** 1 / Φ⁻¹(3/4). */
const NORMAL = 1.4826;
