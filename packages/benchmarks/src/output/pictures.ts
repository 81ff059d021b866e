import { HdrHistogram } from '../measuring/histogram.ts';
import type { ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';
import { formatFigure, formatNumber } from './format-figure.ts';
import { barChart } from './svg/bar-chart.ts';
import { lineChart, PLOT, type Curve } from './svg/line-chart.ts';
import { linearScale, logScale } from './svg/scale.ts';

const NS_PER_US = 1000;
/** Curves end at this percentile: beyond it a run has too few messages for a figure. */
const LAST_SHARE = 0.9999;
const SMALLEST_US = 0.1;

/** The pictures of a comparison by file name: bars of each workload's first figure, percentile curves and CDFs of latencies, and scaling. */
export function pictures(result: ComparisonResult): ReadonlyMap<string, string> {
  const drawn = new Map<string, string>();
  for (const workload of result.workloads) {
    const name = workload.workload;
    const bars = bestFirstBars(workload);
    if (bars !== undefined) drawn.set(`${name}.svg`, bars);
    const histograms = latenciesOf(workload);
    if (histograms.length === 0) continue;
    drawn.set(`${name}-percentiles.svg`, percentileCurves(name, histograms));
    drawn.set(`${name}-cdf.svg`, cdfs(name, histograms));
  }
  const scaling = scalingCurves(result);
  if (scaling !== undefined) drawn.set('fan-out-scaling.svg', scaling);
  return drawn;
}

function bestFirstBars({ workload, shows, cells }: WorkloadComparison): string | undefined {
  const shown = shows.find(({ metric }) => metric === 'throughputPerSecond') ?? shows[0];
  if (shown === undefined) return undefined;
  const { metric, better } = shown;
  const bars = cells.flatMap((cell, index) => {
    const spread = cell.metrics[metric];
    if (cell.outcome !== 'measured' || spread === undefined) return [];
    const { median: value, lowerQuartile: low, upperQuartile: high } = spread;
    return [{ name: cell.contender, value, low, high, index, label: formatFigure(metric, value) }];
  });
  if (bars.length === 0) return undefined;
  bars.sort((a, b) => (better === 'less' ? a.value - b.value : b.value - a.value));
  return barChart(`${workload}: ${metric}, ${better} is better`, bars);
}

/** The latencies of one curve, in nanoseconds. */
export interface NamedHistogram {
  readonly name: string;
  readonly index: number;
  readonly histogram: HdrHistogram;
}

function latenciesOf({ cells }: WorkloadComparison): readonly NamedHistogram[] {
  return cells.flatMap(({ contender, outcome, latency }, index) =>
    outcome === 'measured' && latency !== undefined && latency.count > 0
      ? [{ name: contender, index, histogram: HdrHistogram.fromJSON(latency) }]
      : [],
  );
}

function latencyRange(histograms: readonly NamedHistogram[]): { readonly from: number; readonly to: number } {
  const low = Math.min(...histograms.map(({ histogram }) => histogram.min)) / NS_PER_US;
  const high = Math.max(...histograms.map(({ histogram }) => histogram.percentile(LAST_SHARE * 100))) / NS_PER_US;
  return { from: Math.max(SMALLEST_US, low), to: Math.max(high, SMALLEST_US * 10) };
}

/** Latency over the percentile, which is drawn by how many messages are slower, so that the tail has as much room as the rest. */
export function percentileCurves(workload: string, histograms: readonly NamedHistogram[]): string {
  const curves: readonly Curve[] = histograms.map(({ name, index, histogram }) => ({
    name,
    index,
    points: histogram
      .distribution()
      .filter(({ share }) => share <= LAST_SHARE)
      .map(({ value, share }) => [1 / (1 - share), value / NS_PER_US] as const),
  }));
  return lineChart({
    title: `${workload}: latency by percentile`,
    curves,
    x: logScale({ from: 1, to: 1 / (1 - LAST_SHARE), start: PLOT.left, end: PLOT.right }),
    y: logScale({ ...latencyRange(histograms), start: PLOT.bottom, end: PLOT.top }),
    xName: 'percentile',
    yName: 'µs from the intended time to the handler',
    xText: (tick) => `${Number((100 * (1 - 1 / tick)).toFixed(4))} %`,
    yText: (tick) => formatNumber(tick),
  });
}

function cdfs(workload: string, histograms: readonly NamedHistogram[]): string {
  const curves: readonly Curve[] = histograms.map(({ name, index, histogram }) => ({
    name,
    index,
    points: histogram.distribution().map(({ value, share }) => [value / NS_PER_US, share] as const),
  }));
  const range = latencyRange(histograms);
  const within = curves.map((curve) => ({ ...curve, points: curve.points.filter(([value]) => value <= range.to) }));
  return lineChart({
    title: `${workload}: share of messages handled within a time`,
    curves: within,
    x: logScale({ ...range, start: PLOT.left, end: PLOT.right }),
    y: linearScale({ from: 0, to: 1, start: PLOT.bottom, end: PLOT.top }),
    xName: 'µs from the intended time to the handler',
    yName: 'share of messages',
    xText: (tick) => formatNumber(tick),
    yText: (tick) => String(tick),
  });
}

/** How the cost of a message grows with its subscribers. */
function scalingCurves({ workloads }: ComparisonResult): string | undefined {
  const steps = workloads.flatMap(({ workload, cells }) => {
    const [, subscribers] = /^fan-out-(\d+)$/.exec(workload) ?? [];
    return subscribers === undefined ? [] : [{ subscribers: Number(subscribers), cells }];
  });
  const names = steps[0]?.cells.map(({ contender }) => contender) ?? [];
  const curves = names.map((name, index) => ({
    name,
    index,
    points: steps.flatMap(({ subscribers, cells }) => {
      const cost = cells.find(({ contender }) => contender === name)?.metrics['cpuNsPerMessage']?.median;
      return cost === undefined ? [] : [[subscribers, cost] as const];
    }),
  }));
  const costs = curves.flatMap(({ points }) => points.map(([, cost]) => cost));
  if (steps.length < 2 || costs.length === 0) return undefined;
  const counts = steps.map(({ subscribers }) => subscribers);
  return lineChart({
    title: 'fan-out: CPU time of a message by its number of subscribers',
    curves,
    x: logScale({ from: Math.min(...counts), to: Math.max(...counts), start: PLOT.left, end: PLOT.right }),
    y: logScale({ from: Math.min(...costs), to: Math.max(...costs), start: PLOT.bottom, end: PLOT.top }),
    xName: 'subscribers',
    yName: 'ns of CPU time for a message',
    xText: (tick) => formatNumber(tick),
    yText: (tick) => formatNumber(tick),
  });
}
