import { PERCENTILES, valuesFor } from '../measuring/histogram.ts';
import type { WorkloadComparison } from '../running/run-comparison.ts';
import { percentileMetric, prefixed } from '../workloads/latency-metrics.ts';

/** Why a table has dashes: a line that says which percentiles took more messages than there were. Empty where there are none. */
export function percentileNote({ shows, cells }: Pick<WorkloadComparison, 'shows' | 'cells'>): readonly string[] {
  const dashed = shows
    .map(({ metric }) => metric)
    .filter((metric) => cells.some(({ outcome, metrics }) => outcome === 'measured' && !(metric in metrics)));
  const short = PERCENTILES.filter((percent) => dashed.some((metric) => isOf(percent, metric)));
  if (short.length === 0) return [];
  const takes = short.map((percent) => `P${percent} takes ${valuesFor(percent).toLocaleString('en')} messages`);
  return [`–: fewer than ten messages lie beyond it, in all rounds together: ${takes.join(', ')}.`];
}

/** Whether a figure is this percentile, of whatever messages: `p99Us`, `quoteP99Us`. */
function isOf(percent: number, metric: string): boolean {
  const name = percentileMetric(percent);
  return metric === name || metric.endsWith(prefixed('x', name).slice(1));
}
