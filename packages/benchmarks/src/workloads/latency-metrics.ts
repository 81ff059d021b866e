import { PERCENTILES, type HdrHistogram } from '../measuring/histogram.ts';

/**
 * The percentiles of a histogram of nanoseconds in microseconds, mean and maximum: `p50Us`, …, or with a prefix `criticalP50Us`, …. A percentile
 * that its values do not reach is left out.
 */
export function latencyMetrics(latency: HdrHistogram, prefix = ''): Readonly<Record<string, number>> {
  const reached = PERCENTILES.filter((percent) => latency.reaches(percent));
  return Object.fromEntries([
    ...reached.map((percent) => [prefixed(prefix, percentileMetric(percent)), latency.percentile(percent) / NS_PER_US]),
    [prefixed(prefix, 'meanUs'), latency.mean / NS_PER_US],
    [prefixed(prefix, 'maxUs'), latency.max / NS_PER_US],
  ]) as Readonly<Record<string, number>>;
}

/** The name of a percentile's figure: `p9999Us` of 99.99. */
export function percentileMetric(percent: number): string {
  return `p${String(percent).replace('.', '')}Us`;
}

/** `quoteP50Us` of `quote` and `p50Us`; the name itself without a prefix. */
export function prefixed(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const NS_PER_US = 1000;
