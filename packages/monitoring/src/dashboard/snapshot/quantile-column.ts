import { bucketQuantile } from '../../windows/bucket-quantile.ts';
import { grown } from '../../windows/growth.ts';
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
      quantiles[row] = bucketQuantile({ bounds, cumulative, at: (row - from) * bounds.length }, quantile);
    }
    yield;
  }
  return quantiles;
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le);
}

/** About half a millisecond. */
const VALUES_A_TURN = 40_000;
