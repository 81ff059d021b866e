import type { Target } from '../experiments/experiment.ts';

/** What the field claims: ten times the throughput of the bus that it calls standard, and a twentieth of its latency. */
export const THROUGHPUT_RATIO = 10;
const LATENCY_RATIO = 1 / 20;

const LATENCIES = ['meanUs', 'p50Us', 'p95Us', 'p99Us'] as const;

/** `meanUs`, or with a prefix `intendedMeanUs`. */
export function latencyName(metric: string, prefix = ''): string {
  return prefix === '' ? metric : `${prefix}${metric.charAt(0).toUpperCase()}${metric.slice(1)}`;
}

/** Mean, P50, P95 and P99, each at most a twentieth of the baseline's. */
export function latencyRatios(of: string, against: string, prefix = ''): readonly Target[] {
  return LATENCIES.map((metric) => ({
    metric: latencyName(metric, prefix),
    of,
    against,
    atMost: LATENCY_RATIO,
    unit: '',
  }));
}
