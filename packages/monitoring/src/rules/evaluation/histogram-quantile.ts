import type { Sample } from './sample.ts';
import { signature } from './sample.ts';

/** A quantile of each histogram among samples of cumulative buckets, interpolated in its bucket as Prometheus does. `NaN` where nothing was observed. */
export function quantiles(part: number, buckets: readonly Sample[]): readonly Sample[] {
  const histograms = new Map<string, { labels: Sample['labels']; bounds: [le: number, count: number][] }>();
  for (const { labels, value } of buckets) {
    const { le, ...rest } = labels;
    if (le === undefined) continue;
    const key = signature(rest);
    const histogram = histograms.get(key) ?? { labels: rest, bounds: [] };
    histogram.bounds.push([le === '+Inf' ? Infinity : Number(le), value]);
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, bounds }) => ({ labels, value: quantileOf(part, bounds) }));
}

/** To the letter of `histogram_quantile`, so that rules in the process and in Prometheus agree; charts have `windows/bucket-quantile.ts`. */
function quantileOf(part: number, bounds: [le: number, count: number][]): number {
  bounds.sort((a, b) => a[0] - b[0]);
  const highest = bounds.at(-1);
  if (highest?.[0] !== Infinity || bounds.length < 2) return Number.NaN;
  // Rates of buckets may lose their order by rounding.
  for (let i = 1; i < bounds.length; i += 1) {
    const bucket = bounds[i] as [number, number];
    bucket[1] = Math.max(bucket[1], (bounds[i - 1] as [number, number])[1]);
  }
  const observations = highest[1];
  if (observations === 0 || Number.isNaN(observations)) return Number.NaN;
  const rank = part * observations;
  const index = bounds.findIndex(([, count]) => count >= rank);
  if (index === bounds.length - 1) return (bounds.at(-2) as [number, number])[0];
  const [end, count] = bounds[index] as [number, number];
  if (index === 0 && end <= 0) return end;
  const [start, before] = index === 0 ? [0, 0] : (bounds[index - 1] as [number, number]);
  return start + ((end - start) * (rank - before)) / (count - before);
}
