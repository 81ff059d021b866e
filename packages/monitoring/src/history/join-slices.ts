import { labelText } from '../scraping/shared-labels.ts';
import type { SeriesSlice } from './series-store.ts';

/** Stretches of the same series that follow each other, oldest first, made one. Where there is but one, nothing is copied. */
export function joinSlices(stretches: readonly (readonly SeriesSlice[])[]): readonly SeriesSlice[] {
  const filled = stretches.filter((slices) => slices.length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  const bySeries = new Map<string, SeriesSlice[]>();
  for (const slice of filled.flat()) {
    const key = labelText(slice.labels);
    const parts = bySeries.get(key);
    if (parts === undefined) bySeries.set(key, [slice]);
    else parts.push(slice);
  }
  return Array.from(bySeries.values(), joined);
}

function joined(parts: readonly SeriesSlice[]): SeriesSlice {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const length = parts.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  const timesMs = new Float64Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    timesMs.set(part.timesMs, at);
    values.set(part.values, at);
    at += part.timesMs.length;
  }
  return { labels: first?.labels ?? {}, timesMs, values };
}
