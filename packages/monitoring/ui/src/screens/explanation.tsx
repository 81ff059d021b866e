import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ExplainingSeries, ExplanationAnswer } from '../../../src/dashboard/protocol/index.ts';
import { Chart } from '../charts/chart.tsx';
import type { ChartSource } from '../charts/line-chart.ts';
import { Empty, Panel } from '../components/panel.tsx';
import { text, type Unit } from '../format/quantity.ts';

/** What the series of an alert did before it fired, with the moments at which they changed their level. */
export function Explanation({ answer }: { readonly answer: ExplanationAnswer }): JSX.Element {
  if (answer.series.length === 0) {
    return (
      <Panel title="What its series did">
        <Empty>Nothing is kept of the series that this rule reads.</Empty>
      </Panel>
    );
  }
  return (
    <>
      {answer.series.map((series) => (
        <SeriesChart
          key={series.name + JSON.stringify(series.labels)}
          {...{ series, fromMs: answer.fromMs, toMs: answer.toMs }}
        />
      ))}
    </>
  );
}

interface SeriesChartProps {
  readonly series: ExplainingSeries;
  readonly fromMs: number;
  readonly toMs: number;
}

function SeriesChart({ series, fromMs, toMs }: SeriesChartProps): JSX.Element {
  const source = useMemo(() => stillSource({ series, fromMs, toMs }), [series, fromMs, toMs]);
  const marksMs = useMemo(() => series.changes.map(({ atMs }) => atMs), [series]);
  return (
    <>
      <Chart title={titleOf(series)} unit={unitOf(series)} source={source} marksMs={marksMs} />
      {series.usual === undefined ? null : <p class="quiet">{usualText(series.usual, unitOf(series))}</p>}
    </>
  );
}

/** A source that is as it is: the next answer is another one. */
function stillSource({ series, fromMs, toMs }: SeriesChartProps): ChartSource {
  const [times, values] = series.data;
  return {
    names: [series.kind === 'perSecond' ? 'growth' : 'value'],
    columns: {
      times: Float64Array.from(times, (ms) => ms / 1_000),
      values: [Float64Array.from(values, (value) => value ?? Number.NaN)],
    },
    range: () => [fromMs / 1_000, toMs / 1_000],
    subscribe: () => () => undefined,
  };
}

function usualText({ median, deviation, weeks, awayBy }: NonNullable<ExplainingSeries['usual']>, unit: Unit): string {
  const away = `${text(Math.abs(awayBy), 'number')} deviations ${awayBy < 0 ? 'below' : 'above'} it`;
  return `Usual at this hour of this weekday: ${text(median, unit)} ± ${text(deviation, unit)} (${weeks} weeks). Now it is ${away}.`;
}

function titleOf({ name, labels }: ExplainingSeries): string {
  const shown = Object.entries(labels)
    .filter(([label]) => label !== 'bus')
    .map(([label, value]) => `${label} ${value}`);
  return [name.replace(/^tradewind_/, ''), ...shown].join(', ');
}

function unitOf({ name, kind }: ExplainingSeries): Unit {
  if (kind === 'perSecond') return 'perSecond';
  if (name.endsWith('_seconds')) return 'seconds';
  if (name.endsWith('_bytes')) return 'bytes';
  return name.endsWith('_ratio') ? 'ratio' : 'number';
}
