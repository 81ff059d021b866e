import { casesOf } from '../../scripts/cases/all-cases.ts';
import { rhythmOf, seriesOfCase } from '../../scripts/cases/replay.ts';
import type { RuleCase } from '../../scripts/cases/rule-case.ts';
import { createAlerting } from '../../src/alerting/alerting.ts';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { seriesOf } from '../../src/rules/expressions/walk.ts';
import { durationText } from '../../src/rules/expressions/promql.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import type { MetricLabels } from '@tradewind/core-types';

/**
 * Series of a rule over a long time, one after the other: what makes it fire; nothing at all, until it has forgotten that; what does not make it fire;
 * what makes it fire again, with a gap in it that is shorter than it is kept; and nothing at all.
 */
export interface Course {
  readonly rule: AlertRule;
  readonly sampleMs: number;
  readonly evaluationMs: number;
  readonly rows: number;
  /** `NaN`: not there. */
  readonly series: readonly {
    readonly name: string;
    readonly labels: MetricLabels;
    readonly values: readonly number[];
  }[];
}

/** An alert at one time: its labels, with `alertstate` as in the series `ALERTS` of Prometheus. */
export type CourseAlert = MetricLabels;

/**
 * The course of a rule, from its cases. Counters of a later part begin anew, as after a restart of what reports them. The samples lie a little further
 * apart than in the cases, so that none lies at the edge of a range when rules are looked at: versions of Prometheus differ on those.
 */
export function courseOf(rule: AlertRule): Course {
  const { fires, quiet } = casesOf(rule.name);
  const { sampleMs: every, evaluationMs } = rhythmOf(fires);
  const sampleMs = every + OFF_MS;
  const values = new Map<string, { readonly name: string; readonly labels: MetricLabels; readonly values: number[] }>();
  let rows = 0;
  const longestMs = Math.max(0, ...seriesOf(rule.expression).map(({ rangeMs }) => rangeMs));
  const nothing = (ms: number): RuleCase => ({ ...fires, series: {}, atMinutes: ms / 60_000 });
  const end = nothing(longestMs + rule.keepFiringMs + 2 * evaluationMs);
  const again = [fires, nothing(rule.keepFiringMs / 2), fires, end];
  // Days of samples would take minutes: these go to the first end.
  for (const part of [fires, end, quiet, ...(longestMs > LONG_MS ? [] : again)]) {
    const length = Math.ceil(rhythmOf(part).atMs / sampleMs) + 1;
    for (const { name, labels, values: own } of seriesOfCase(part)) {
      const key = name + labelText(labels);
      const one = values.get(key) ?? { name, labels, values: [] };
      values.set(key, one);
      const shift = name.endsWith('_timestamp_seconds') ? (rows * sampleMs) / 1_000 : 0;
      for (let row = 0; row < length; row += 1) one.values[rows + row] = (own[row] ?? Number.NaN) + shift;
    }
    rows += length;
  }
  const series = [...values.values()].map((one) => ({
    ...one,
    values: Array.from({ length: rows }, (_, row) => one.values[row] ?? Number.NaN),
  }));
  return { rule, sampleMs, evaluationMs, rows, series };
}

/** What the engine makes of a course: its alerts at each time at which Prometheus looks too, by the time in milliseconds. */
export function courseInProcess({
  rule,
  sampleMs,
  evaluationMs,
  rows,
  series,
}: Course): ReadonlyMap<number, readonly CourseAlert[]> {
  const store = new MemorySeriesStore({ maxScrapes: rows + 1 });
  for (let row = 0; row < rows; row += 1) {
    const scraped = series.map(({ name, labels, values }) => ({
      name,
      labels,
      labelText: labelText(labels),
      value: values[row] ?? Number.NaN,
    }));
    store.append({ timeMs: row * sampleMs, values: scraped });
  }
  // What flaps is held by the engine and not by Prometheus, which has nothing of the kind.
  const damping = { firings: Number.MAX_SAFE_INTEGER };
  const alerting = createAlerting({ rules: [rule], store, damping });
  const times = new Map<number, readonly CourseAlert[]>();
  for (let atMs = 0; atMs <= rows * sampleMs; atMs += evaluationMs) {
    alerting.evaluate(atMs);
    const open = alerting.alerts().filter(({ state }) => state !== 'resolved');
    times.set(
      atMs,
      open.map(({ labels, state }) => ({ ...labels, alertstate: state })),
    );
  }
  return times;
}

/** A test for promtool that Prometheus makes the same of it. */
export function promtoolTest(course: Course, expected: ReadonlyMap<number, readonly CourseAlert[]>): string {
  const series = course.series.flatMap(({ name, labels, values }) => [
    `      - series: ${JSON.stringify(name + labelText(labels))}`,
    `        values: ${JSON.stringify(values.map((value) => (Number.isNaN(value) ? 'stale' : String(value))).join(' '))}`,
  ]);
  const looks = [...expected].flatMap(([atMs, alerts]) => [
    `      - expr: ALERTS{alertname="${course.rule.name}"}`,
    `        eval_time: ${durationText(atMs)}`,
    ...(alerts.length === 0 ? ['        exp_samples: []'] : ['        exp_samples:']),
    ...alerts.flatMap((labels) => [
      `          - labels: ${JSON.stringify(`ALERTS${labelText(labels)}`)}`,
      '            value: 1',
    ]),
  ]);
  const head = `  - name: ${course.rule.name}\n    interval: ${durationText(course.sampleMs)}\n`;
  const input = series.length === 0 ? '    input_series: []\n' : `    input_series:\n${series.join('\n')}\n`;
  return `${head}${input}    promql_expr_test:\n${looks.join('\n')}\n`;
}

const OFF_MS = 100;
const LONG_MS = 2 * 3_600_000;
