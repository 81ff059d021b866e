import { PERCENTILES } from '../measuring/histogram.ts';
import { formatNumber } from './format-figure.ts';
import { lineChart, PLOT, type Curve } from './svg/line-chart.ts';
import { logScale } from './svg/scale.ts';

const PERCENT = 100;

/** Latency at the percentiles that are kept, drawn by how many messages are slower, so that the tail has as much room as the rest. */
export function percentileChart(
  title: string,
  entrants: readonly {
    readonly name: string;
    readonly index: number;
    readonly metrics: Readonly<Record<string, number>>;
  }[],
  prefix = '',
): string | undefined {
  const curves = entrants
    .map(({ name, index, metrics }): Curve => ({
      name,
      index,
      points: PERCENTILES.flatMap((percent) => {
        const value = metrics[percentileName(percent, prefix)];
        return value === undefined ? [] : [[1 / (1 - percent / PERCENT), value] as const];
      }),
    }))
    .filter(({ points }) => points.length > 1);
  if (curves.length === 0) return undefined;
  const values = curves.flatMap(({ points }) => points.map(([, value]) => value));
  const shares = curves.flatMap(({ points }) => points.map(([share]) => share));
  return lineChart({
    title,
    curves,
    x: logScale({ from: 1, to: Math.max(...shares), start: PLOT.left, end: PLOT.right }),
    y: logScale({ from: Math.min(...values), to: Math.max(...values), start: PLOT.bottom, end: PLOT.top }),
    xName: 'percentile',
    yName: prefix === 'intended' ? 'µs from the intended time to the handler' : 'µs to the handler',
    xText: (tick) => `${Number((PERCENT * (1 - 1 / tick)).toFixed(4))} %`,
    yText: (tick) => formatNumber(tick),
  });
}

function percentileName(percent: number, prefix: string): string {
  const name = `${String(percent).replace('.', '')}Us`;
  return prefix === '' ? `p${name}` : `${prefix}P${name}`;
}
