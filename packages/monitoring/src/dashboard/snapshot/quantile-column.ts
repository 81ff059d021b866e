import type { SliceTable } from './slice-table.ts';

/**
 * A quantile of each interval between two rows, from cumulative buckets: never since the start. Yields after some ten thousand values.
 *
 * Series with the same `le` (directions, paths) are added up. Interpolated in its bucket as Prometheus does; NaN where nothing was observed.
 */
export function* quantileColumn({ timesMs, series }: SliceTable, quantile: number): Generator<void, Float64Array> {
  const bounds = [...new Set(series.map(({ labels }) => boundOf(labels['le'])))].toSorted((a, b) => a - b);
  const buckets = series.map(({ labels, values }) => ({ values, bucket: bounds.indexOf(boundOf(labels['le'])) }));
  const quantiles = new Float64Array(timesMs.length).fill(Number.NaN);
  const stretch = Math.max(1, Math.floor(VALUES_A_TURN / Math.max(1, series.length)));
  const cumulative = new Float64Array(stretch * bounds.length);
  for (let from = 1; from < timesMs.length; from += stretch) {
    const to = Math.min(timesMs.length, from + stretch);
    cumulative.fill(0);
    for (const { values, bucket } of buckets) {
      for (let row = from, cell = bucket; row < to; row += 1, cell += bounds.length) {
        cumulative[cell] = (cumulative[cell] as number) + grown(values[row] as number, values[row - 1] as number);
      }
    }
    for (let row = from; row < to; row += 1) {
      quantiles[row] = quantileOf(bounds, cumulative, (row - from) * bounds.length, quantile);
    }
    yield;
  }
  return quantiles;
}

/** @param at - Where the buckets of the interval begin. */
function quantileOf(bounds: readonly number[], cumulative: Float64Array, at: number, quantile: number): number {
  const total = cumulative[at + bounds.length - 1] ?? 0;
  if (!(total > 0)) return Number.NaN;
  const wanted = quantile * total;
  let bucket = 0;
  while (bucket < bounds.length - 1 && (cumulative[at + bucket] as number) < wanted) bucket += 1;
  const below = bucket === 0 ? 0 : (cumulative[at + bucket - 1] as number);
  const lower = bucket === 0 ? 0 : (bounds[bucket - 1] as number);
  const upper = bounds[bucket] as number;
  const inside = (cumulative[at + bucket] as number) - below;
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

/** About half a millisecond. */
const VALUES_A_TURN = 40_000;
