import type { Family } from './family.ts';

/** How many series there may be, and how many lines of text a series of a family takes. */
export interface SeriesBudget {
  readonly maxSeries: number;
  readonly maxSeriesPerFamily: number;
  /** A histogram is one line a bucket and two more; counters and gauges are one. */
  readonly linesOf: (family: Family) => number;
}

/**
 * The largest bound of a family, the same for all, under which everything together keeps to the budget: small families stay whole, and the
 * large ones give way.
 *
 * @returns At least 1.
 */
export function boundWithin(families: readonly Family[], budget: SeriesBudget): number {
  const fits = (bound: number): boolean => {
    let lines = 0;
    for (const family of families) lines += family.sizeWithin(bound) * budget.linesOf(family);
    return lines <= budget.maxSeries;
  };
  if (fits(budget.maxSeriesPerFamily)) return budget.maxSeriesPerFamily;
  let low = 1;
  let high = budget.maxSeriesPerFamily;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
