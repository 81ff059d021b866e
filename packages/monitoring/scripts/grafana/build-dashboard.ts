import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  type Dashboard,
  type GridPos,
  type Threshold,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { durationText, promql } from '../../src/rules/expressions/promql.ts';
import type { DashboardDraft, Limit, PanelDraft } from './panel.ts';

/** A dashboard as Grafana imports it. It asks for the data source and the bus, and refers to nothing of one installation. */
export function buildDashboard(draft: DashboardDraft): Dashboard {
  const { uid, title, description } = draft;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['tradewind'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(
      new QueryVariableBuilder('bus')
        .label('Bus')
        .datasource(SOURCE)
        .query('label_values(tradewind_up, bus)')
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue('.*')
        .current({ selected: true, text: 'All', value: '$__all' }),
    )
    .withVariable(new TextBoxVariableBuilder('runbooks').label('Runbooks').defaultValue('docs/runbooks'));
  addRows(builder, draft);
  return builder.build();
}

/** Rows one under the other, panels from left to right, each with a number of its own. */
function addRows(builder: DashboardBuilder, { rows, stretches }: DashboardDraft): void {
  let y = 0;
  let id = 0;
  for (const { title, panels, folded = false } of rows) {
    id += 1;
    const row = new RowBuilder(title).id(id).collapsed(folded).gridPos({ x: 0, y, w: COLUMNS, h: 1 });
    const { places, height } = layOut(panels, y + 1);
    const built = panels.map((panel, at) =>
      buildPanel(panel, { id: id + 1 + at, place: places[at] ?? { x: 0, y, w: COLUMNS, h: 1 }, stretches }),
    );
    id += panels.length;
    y += 1 + height;
    // Grafana keeps the panels of a folded row in it, those of an open one after it.
    if (folded) for (const panel of built) row.withPanel(panel);
    builder.withRow(row);
    if (!folded) for (const panel of built) builder.withPanel(panel);
  }
}

/** Where panels stand from a line on, from left to right, and how high they are together. */
function layOut(panels: readonly PanelDraft[], top: number): { readonly places: GridPos[]; readonly height: number } {
  let x = 0;
  let y = top;
  let highest = 0;
  const places = panels.map(({ kind, width = kind === 'number' ? 4 : 8 }) => {
    const h = kind === 'number' ? 4 : 8;
    if (x + width > COLUMNS) {
      x = 0;
      y += highest;
      highest = 0;
    }
    const place = { x, y, w: width, h };
    x += width;
    highest = Math.max(highest, h);
    return place;
  });
  return { places, height: y + highest - top };
}

interface Placed {
  readonly id: number;
  readonly place: GridPos;
  readonly stretches: DashboardDraft['stretches'];
}

function buildPanel(draft: PanelDraft, { id, place, stretches }: Placed): LinesBuilder | NumberBuilder {
  const { title, description, unit, queries, runbook, max } = draft;
  const builder = draft.kind === 'number' ? numberPanel() : linesPanel(draft);
  builder
    .id(id)
    .gridPos(place)
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(SOURCE)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(stepsOf(draft.limits ?? [])));
  if (max !== undefined) builder.max(max);
  if (runbook !== undefined) {
    builder.links([new DashboardLinkBuilder('Runbook').url(`\${runbooks}/${runbook}`).targetBlank(true)]);
  }
  const rangeText = stretches === 'zoom' ? () => '$__rate_interval' : durationText;
  for (const [at, { expression, legend }] of queries.entries()) {
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCodePoint(FIRST_LETTER + at))
        .expr(promql(expression, { rangeText, matcher: ofChosenBuses }))
        .legendFormat(legend),
    );
  }
  return builder;
}

/** What a Prometheus notes of a target is of no bus. */
function ofChosenBuses(name: string): string | undefined {
  return name === 'up' ? undefined : 'bus=~"$bus"';
}

function numberPanel(): NumberBuilder {
  return new NumberBuilder().reduceOptions(
    new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''),
  );
}

function linesPanel({ stacked = false, limits = [] }: PanelDraft): LinesBuilder {
  const builder = new LinesBuilder()
    .axisSoftMin(0)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 8)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (limits.length > 0) {
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return builder;
}

/** From the lowest on, each with the color of what is above it. */
function stepsOf(limits: readonly Limit[]): Threshold[] {
  const [lowest] = limits.toSorted((one, other) => one.value - other.value);
  const steps: Threshold[] = [{ value: null, color: lowest?.isBelow === true ? 'red' : 'green' }];
  for (const { value, isBelow = false } of limits.toSorted((one, other) => one.value - other.value)) {
    steps.push({ value, color: isBelow ? 'green' : 'red' });
  }
  return steps;
}

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const COLUMNS = 24;
const FIRST_LETTER = 'A'.charCodeAt(0);
