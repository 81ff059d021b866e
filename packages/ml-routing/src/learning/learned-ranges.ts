import { GREATEST_RATIO, LONGEST_MS, SHORTEST_MS } from '../scheduling/service-times.ts';

/** Between which figures a column of a state lies, both included. */
export interface ColumnRange {
  readonly least: number;
  readonly most: number;
}

/** Room for the last digit of a logarithm. */
const ROUNDING = 1e-9;
const ABOVE_ZERO = Number.MIN_VALUE;
const FROM_ZERO: ColumnRange = { least: 0, most: Number.MAX_VALUE };

/**
 * What the columns of topics can hold, whatever was observed. A state that holds anything else was not made by learning: a level of 1,000 is a handler that takes longer than the
 * universe is old, and the mean that follows from it is no number.
 *
 * Variances are of clipped logarithms of times between the shortest and the longest that are believed: the square of that range is about 400.
 */
const RANGES: Readonly<Record<string, ColumnRange>> = {
  declared: { least: 0, most: 3 },
  lane: { least: 0, most: 3 },
  weight: FROM_ZERO,
  allowanceMs: FROM_ZERO,
  count: FROM_ZERO,
  sumUp: FROM_ZERO,
  sumDown: FROM_ZERO,
  level: { least: Math.log(SHORTEST_MS) - ROUNDING, most: Math.log(LONGEST_MS) + ROUNDING },
  meanMs: { least: ABOVE_ZERO, most: LONGEST_MS * GREATEST_RATIO * (1 + ROUNDING) },
  variance: { least: ABOVE_ZERO, most: 1_000 },
  shape: { least: ABOVE_ZERO, most: GREATEST_RATIO + ROUNDING },
};

/** The range of a column of topics; undefined where the column holds what it can. */
export function outOfRange(column: string, values: readonly number[]): ColumnRange | undefined {
  const range = RANGES[column];
  if (range === undefined) return undefined;
  const { least, most } = range;
  return values.every((value) => value >= least && value <= most) ? undefined : range;
}
