import type { SeriesSlice } from '../../history/series-store.ts';

/**
 * A quantile of each interval between two rows, from cumulative buckets: never since the start.
 *
 * Series with the same `le` (directions, paths) are added up. Interpolated in its bucket as Prometheus does; null where nothing was observed.
 */
export function quantileColumn(
  slices: readonly SeriesSlice[],
  rows: readonly number[],
  quantile: number,
): (number | null)[] {
  const bounds = [...new Set(slices.map(({ labels }) => boundOf(labels['le'])))].toSorted((a, b) => a - b);
  const order = slices.map(({ labels }) => bounds.indexOf(boundOf(labels['le'])));
  const cumulative = new Float64Array(bounds.length);
  return rows.map((row, at) => {
    const before = rows[at - 1];
    if (before === undefined) return null;
    cumulative.fill(0);
    for (const [index, { values }] of slices.entries()) {
      const bucket = order[index] as number;
      cumulative[bucket] = (cumulative[bucket] as number) + grown(values[row] as number, values[before] as number);
    }
    return quantileOf(bounds, cumulative, quantile);
  });
}

function quantileOf(bounds: readonly number[], cumulative: Float64Array, quantile: number): number | null {
  const total = cumulative.at(-1) ?? 0;
  if (!(total > 0)) return null;
  const wanted = quantile * total;
  let bucket = 0;
  while (bucket < bounds.length - 1 && (cumulative[bucket] as number) < wanted) bucket += 1;
  const below = bucket === 0 ? 0 : (cumulative[bucket - 1] as number);
  const lower = bucket === 0 ? 0 : (bounds[bucket - 1] as number);
  const upper = bounds[bucket] as number;
  const inside = (cumulative[bucket] as number) - below;
  // Of the open bucket nothing is known but its beginning.
  return upper === Infinity || inside <= 0 ? lower : lower + ((upper - lower) * (wanted - below)) / inside;
}

/** A series that was not there counts as nothing; one that fell was reset and counts from zero. */
function grown(end: number, start: number): number {
  if (!Number.isFinite(end) || !Number.isFinite(start)) return 0;
  return end >= start ? end - start : end;
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le);
}
