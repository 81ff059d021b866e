import type { SeriesSlice } from '../../history/series-store.ts';
import { labelsMatch } from '../../history/series-store.ts';
import { seriesOf } from '../../rules/expressions/walk.ts';
import { baselineOf, deviationsFrom, type BaselineQuery } from '../../trends/baseline.ts';
import { changePoints } from '../../trends/change-points.ts';
import type { ExplainingSeries, ExplanationAnswer } from '../protocol/index.ts';
import type { AlertDesk } from '../sources/faces.ts';

/**
 * What the series behind an alert did, from half an hour before it began until now, with the moments at which they went over to another level, and
 * what was usual at this hour of this weekday.
 *
 * Cost: some milliseconds; a series is thinned out to 1,800 values before its levels are looked for.
 *
 * @returns Undefined where there is no such alert.
 */
export function explanationOf(desks: readonly AlertDesk[], id: string, nowMs: number): ExplanationAnswer | undefined {
  for (const desk of desks) {
    const alert = desk.alerts().find((one) => one.id === id);
    const rule = desk.allRules().find(({ name }) => name === alert?.rule);
    if (alert === undefined || rule === undefined) continue;
    const fromMs = Math.max(alert.activeAtMs, nowMs - LONGEST_MS) - BEFORE_MS;
    const found: ExplainingSeries[] = [];
    const seen = new Set<string>();
    for (const { series } of seriesOf(rule.expression)) {
      for (const slice of desk.store.select(series.name, series.match ?? {}, fromMs, nowMs)) {
        const key = `${series.name} ${JSON.stringify(slice.labels)}`;
        if (found.length >= MAX_SERIES || seen.has(key) || !concerns(slice.labels, alert.labels)) continue;
        seen.add(key);
        found.push(explaining(desk.store, series.name, slice));
      }
    }
    return { id, fromMs, toMs: nowMs, series: found };
  }
  return undefined;
}

/** Whether a series says nothing else than the alert about what both have a label for. */
function concerns(labels: SeriesSlice['labels'], alert: SeriesSlice['labels']): boolean {
  const shared = Object.entries(alert).filter(([name]) => name in labels && name !== 'alertname');
  return labelsMatch(labels, Object.fromEntries(shared));
}

function explaining(store: AlertDesk['store'], name: string, slice: SeriesSlice): ExplainingSeries {
  const isCounter = /_(?:total|count|sum|bucket)$/.test(name);
  const { times, values } = thinned(slice);
  const shown = isCounter ? growth(times, values) : values;
  const changes = changePoints(
    times,
    Float64Array.from(shown, (value) => value ?? Number.NaN),
  );
  return {
    name,
    labels: slice.labels,
    kind: isCounter ? 'perSecond' : 'value',
    data: [times, shown],
    changes,
    usual: usualOf(
      store,
      { name, match: slice.labels, kind: isCounter ? 'counter' : 'gauge', atMs: times.at(-1) ?? 0 },
      shown,
    ),
  };
}

/** What the weeks before had at this time, beside the last value that is shown. */
function usualOf(
  store: AlertDesk['store'],
  query: BaselineQuery,
  shown: readonly (number | null)[],
): ExplainingSeries['usual'] {
  const last = shown.findLast((value) => value !== null);
  const baseline = baselineOf(store, query);
  if (last === undefined || last === null || baseline === undefined) return undefined;
  const awayBy = Math.max(-MOST_AWAY, Math.min(MOST_AWAY, deviationsFrom(baseline, last)));
  return { median: baseline.median, deviation: baseline.deviation, weeks: baseline.samples, awayBy };
}

/** Every n-th value: of a counter the growth between two of them is still right. */
function thinned({ timesMs, values }: SeriesSlice): { readonly times: number[]; readonly values: (number | null)[] } {
  const step = Math.ceil(timesMs.length / MAX_VALUES);
  const times: number[] = [];
  const kept: (number | null)[] = [];
  for (let at = timesMs.length - 1; at >= 0; at -= step) {
    times.push(timesMs[at] as number);
    const value = values[at] as number;
    kept.push(Number.isFinite(value) ? value : null);
  }
  return { times: times.reverse(), values: kept.reverse() };
}

/** Growth a second since the value before; one that fell was reset and counts from zero. */
function growth(times: readonly number[], values: readonly (number | null)[]): (number | null)[] {
  let before: number | null = null;
  let beforeMs = 0;
  return values.map((value, at) => {
    const timeMs = times[at] as number;
    const rate =
      value === null || before === null
        ? null
        : (value >= before ? value - before : value) / ((timeMs - beforeMs) / 1_000);
    if (value !== null) {
      before = value;
      beforeMs = timeMs;
    }
    return rate;
  });
}

const BEFORE_MS = 30 * 60_000;
const LONGEST_MS = 24 * 3_600_000;
const MAX_SERIES = 8;
const MOST_AWAY = 1_000;
const MAX_VALUES = 1_800;
