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
