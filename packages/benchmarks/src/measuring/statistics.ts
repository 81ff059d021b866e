/** The middle of some figures; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share (0 to 1) of the figures lies, interpolated between neighbours; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/**
 * The median of the means of all pairs of figures, each with itself included (J. Hodges and E. Lehmann, 1963): as hard to move by outliers as
 * a median needs to be here, and for figures that scatter normally nearly as sharp as a mean. NaN of none. Quadratic: for hundreds of figures.
 */
export function pseudoMedian(values: readonly number[]): number {
  const means = new Float64Array((values.length * (values.length + 1)) / 2);
  let next = 0;
  for (const [i, one] of values.entries()) {
    for (let j = i; j < values.length; j += 1) means[next++] = (one + (values[j] as number)) / 2;
  }
  means.sort();
  const middle = (means.length - 1) / 2;
  return ((means[Math.floor(middle)] ?? Number.NaN) + (means[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Median, and how far the rounds lie apart. */
export interface Spread {
  readonly median: number;
  /** The quarter of the figures that is smallest ends here. */
  readonly lowerQuartile: number;
  /** The quarter of the figures that is greatest begins here. */
  readonly upperQuartile: number;
  readonly min: number;
  readonly max: number;
}

/** Median and spread of some figures. */
export function spread(values: readonly number[]): Spread {
  return {
    median: median(values),
    lowerQuartile: quantile(values, 0.25),
    upperQuartile: quantile(values, 0.75),
    min: quantile(values, 0),
    max: quantile(values, 1),
  };
}
