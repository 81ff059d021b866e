/** Observations by bucket, each with all below it. */
export interface CumulativeBuckets {
  /** The upper bounds, ascending; the last one may be infinite. */
  readonly bounds: ArrayLike<number>;
  readonly cumulative: ArrayLike<number>;
  /** Where the buckets begin in `cumulative`. Default 0. */
  readonly at?: number | undefined;
}

/**
 * The bound below which the given part of the observations is, interpolated evenly within its bucket; of the open bucket nothing is known but its beginning.
 *
 * What charts and windows show. Rules have `histogram-quantile.ts` instead, which follows Prometheus to the letter.
 *
 * @param part - From 0 to 1.
 * @returns NaN where nothing was observed.
 */
export function bucketQuantile({ bounds, cumulative, at = 0 }: CumulativeBuckets, part: number): number {
  const last = bounds.length - 1;
  const total = cumulative[at + last] ?? 0;
  if (!(total > 0)) return Number.NaN;
  const wanted = part * total;
  let bucket = 0;
  while (bucket < last && isBefore(cumulative[at + bucket] as number, wanted)) bucket += 1;
  const below = bucket === 0 ? 0 : (cumulative[at + bucket - 1] as number);
  const lower = bucket === 0 ? 0 : (bounds[bucket - 1] as number);
  const upper = bounds[bucket] as number;
  const inside = (cumulative[at + bucket] as number) - below;
  return upper === Infinity || inside <= 0 ? lower : lower + ((upper - lower) * (wanted - below)) / inside;
}

/** Whether a bucket ends before what is wanted; one without any observation so far always does. */
function isBefore(upTo: number, wanted: number): boolean {
  return upTo < wanted || upTo === 0;
}
