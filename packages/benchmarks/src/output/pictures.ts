import { HdrHistogram, PERCENTILES } from '../measuring/histogram.ts';
import type { ComparisonResult, WorkloadComparison } from '../running/run-comparison.ts';
import { formatFigure, formatNumber } from './format-figure.ts';
import { barChart } from './svg/bar-chart.ts';
import { lineChart, PLOT, type Curve } from './svg/line-chart.ts';
import { linearScale, logScale } from './svg/scale.ts';

const NS_PER_US = 1000;
/** The axis of percentiles ends here. */
const LAST_SHARE = 0.9999;
/** Fewer messages than its median takes make no curve. */
const MEDIAN = 50;
const SMALLEST_US = 0.1;

/** The pictures of a comparison by file name: bars of each workload's first figure, percentile curves and CDFs of latencies, and scaling. */
export function pictures(result: Pick<ComparisonResult, 'workloads'>): ReadonlyMap<string, string> {
  const drawn = new Map<string, string>();
  const places = placesOf(result);
  for (const workload of result.workloads) {
    const name = workload.workload;
    const bars = bestFirstBars(workload, places);
    if (bars !== undefined) drawn.set(`${name}.svg`, bars);
    const histograms = latenciesOf(workload, places);
    if (histograms.length === 0) continue;
    drawn.set(`${name}-percentiles.svg`, percentileCurves(name, histograms));
    drawn.set(`${name}-cdf.svg`, cdfs(name, histograms));
  }
  const scaling = scalingCurves(result, places);
  if (scaling !== undefined) drawn.set('fan-out-scaling.svg', scaling);
  return drawn;
}

/** The place of each contender among all of a comparison: its colour, in every picture the same, also where not all of them ran. */
type Places = ReadonlyMap<string, number>;

function placesOf({ workloads }: Pick<ComparisonResult, 'workloads'>): Places {
  const [most = []] = workloads.map(({ cells }) => cells).toSorted((a, b) => b.length - a.length);
  const names = new Set([...most, ...workloads.flatMap(({ cells }) => cells)].map(({ contender }) => contender));
  return new Map([...names].map((name, place) => [name, place]));
}

function bestFirstBars({ workload, shows, cells }: WorkloadComparison, places: Places): string | undefined {
  const shown = shows.find(({ metric }) => metric === 'throughputPerSecond') ?? shows[0];
  if (shown === undefined) return undefined;
  const { metric, better } = shown;
  const bars = cells.flatMap((cell) => {
    const spread = cell.metrics[metric];
    if (cell.outcome !== 'measured' || spread === undefined) return [];
    const { median: value, lowerQuartile: low, upperQuartile: high } = spread;
    const index = places.get(cell.contender) ?? 0;
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

function latenciesOf({ cells }: WorkloadComparison, places: Places): readonly NamedHistogram[] {
  return cells
    .flatMap(({ contender, outcome, latency }) =>
      outcome === 'measured' && latency !== undefined
        ? [{ name: contender, index: places.get(contender) ?? 0, histogram: HdrHistogram.fromJSON(latency) }]
        : [],
    )
    .filter(({ histogram }) => histogram.reaches(MEDIAN));
}

/** Where a curve ends: at the last percentile that at least ten messages lie beyond. */
function lastShareOf({ histogram }: NamedHistogram): number {
  const reached = PERCENTILES.filter((percent) => histogram.reaches(percent));
  return (reached.at(-1) ?? 0) / 100;
}

function latencyRange(histograms: readonly NamedHistogram[]): { readonly from: number; readonly to: number } {
  const low = Math.min(...histograms.map(({ histogram }) => histogram.min)) / NS_PER_US;
  const high = Math.max(...histograms.map((named) => named.histogram.percentile(100 * lastShareOf(named)))) / NS_PER_US;
  return { from: Math.max(SMALLEST_US, low), to: Math.max(high, SMALLEST_US * 10) };
}

/** Latency over the percentile, which is drawn by how many messages are slower, so that the tail has as much room as the rest. */
export function percentileCurves(workload: string, histograms: readonly NamedHistogram[]): string {
  const curves: readonly Curve[] = histograms.map((named) => ({
    name: named.name,
    index: named.index,
    points: named.histogram
      .distribution()
      .filter(({ share }) => share <= lastShareOf(named))
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
function scalingCurves({ workloads }: Pick<ComparisonResult, 'workloads'>, places: Places): string | undefined {
  const steps = workloads.flatMap(({ workload, cells }) => {
    const [, subscribers] = /^fan-out-(\d+)$/.exec(workload) ?? [];
    return subscribers === undefined ? [] : [{ subscribers: Number(subscribers), cells }];
  });
  const names = steps[0]?.cells.map(({ contender }) => contender) ?? [];
  const curves = names.map((name) => ({
    name,
    index: places.get(name) ?? 0,
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
