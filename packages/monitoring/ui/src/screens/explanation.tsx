import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { ExplainingSeries, ExplanationAnswer } from '../../../src/dashboard/protocol/index.ts';
import { AnsweredSource } from '../charts/answered-source.ts';
import { Chart } from '../charts/chart.tsx';
import type { Columns } from '../charts/decimate.ts';
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
  const answered = useMemo(() => ({ columns: columnsOf(series), fromMs, toMs }), [series, fromMs, toMs]);
  const name = series.kind === 'perSecond' ? 'growth' : 'value';
  // Each answer is another one, and mostly says the same: only what it adds is drawn.
  const source = useMemo(() => new AnsweredSource(name, answered), [name]);
  useEffect(() => source.take(answered), [source, answered]);
  const marks = series.changes.map(({ atMs }) => atMs).join();
  const marksMs = useMemo(() => (marks === '' ? [] : marks.split(',').map(Number)), [marks]);
  return (
    <>
      <Chart title={titleOf(series)} unit={unitOf(series)} source={source} marksMs={marksMs} />
      {series.usual === undefined ? null : <p class="quiet">{usualText(series.usual, unitOf(series))}</p>}
    </>
  );
}

function columnsOf({ data: [times, values] }: ExplainingSeries): Columns {
  return {
    times: Float64Array.from(times, (ms) => ms / 1_000),
    values: [Float64Array.from(values, (value) => value ?? Number.NaN)],
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
