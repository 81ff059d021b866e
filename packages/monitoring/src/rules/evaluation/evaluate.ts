import type { LabelMatch, SeriesSlice, SeriesStore } from '../../history/series-store.ts';
import type { AggregateExpression, Expression, SeriesExpression } from '../expressions/expression.ts';
import { LOOKBACK_MS } from '../expressions/walk.ts';
import { quantiles } from './histogram-quantile.ts';
import { evaluateRange, type Stretch } from './range-functions.ts';
import { regression } from './regression.ts';
import { only, signature, type Evaluated, type Sample } from './sample.ts';
import { combine, joined } from './vector-operators.ts';

/**
 * The series that an expression has at a time.
 *
 * A number becomes the one series without labels. Cost: some microseconds for each series and range that it reads.
 *
 * @throws MonitoringError `RULE_NOT_EVALUABLE` where series of two sides do not find each other one to one.
 */
export function evaluate(expression: Expression, store: SeriesStore, atMs: number): readonly Sample[] {
  return asVector(evaluated(expression, store, atMs));
}

function evaluated(expression: Expression, store: SeriesStore, atMs: number): Evaluated {
  const of = (inner: Expression): readonly Sample[] => asVector(evaluated(inner, store, atMs));
  switch (expression.kind) {
    case 'scalar':
      return expression.value;
    case 'time':
      return atMs / 1_000;
    case 'calendar': {
      const date = new Date(atMs);
      return [{ labels: {}, value: expression.part === 'hour' ? date.getUTCHours() : date.getUTCDay() }];
    }
    case 'vector':
      return [{ labels: {}, value: expression.value }];
    case 'series':
      return present(expression, store, atMs);
    case 'range':
      return stretches(expression.of, expression.rangeMs, store, atMs).flatMap(({ labels, stretch }) => {
        const value = evaluateRange(expression.function, stretch);
        return value === undefined ? [] : [{ labels, value }];
      });
    case 'prediction':
      return stretches(expression.of, expression.rangeMs, store, atMs).flatMap(({ labels, stretch }) => {
        if (stretch.values.length < 2) return [];
        const { slope, intercept } = regression(stretch.timesMs, stretch.values, atMs);
        return [{ labels, value: intercept + slope * expression.aheadSeconds }];
      });
    case 'aggregate':
      return aggregated(expression, of(expression.of));
    case 'quantile':
      return quantiles(expression.part, of(expression.of));
    case 'arithmetic':
    case 'compare': {
      const { left, operator, right } = expression;
      return combine(evaluated(left, store, atMs), operator, evaluated(right, store, atMs), expression);
    }
    case 'set':
      return joined(of(expression.left), expression.operator, of(expression.right), expression.on);
    case 'absent':
      return present(expression.of, store, atMs).length > 0 ? [] : [{ labels: equalLabels(expression.of), value: 1 }];
    case 'absolute':
      return of(expression.of).map(({ labels, value }) => ({ labels, value: Math.abs(value) }));
  }
}

function asVector(value: Evaluated): readonly Sample[] {
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

/** The newest value of each series, unless it is too old or the series has ended. */
function present({ name, match, offsetMs }: SeriesExpression, store: SeriesStore, atMs: number): readonly Sample[] {
  const toMs = atMs - offsetMs;
  const samples: Sample[] = [];
  for (const { labels, values } of store.select(name, match, toMs - LOOKBACK_MS, toMs)) {
    const value = values.at(-1);
    if (value !== undefined && !Number.isNaN(value)) samples.push({ labels, value });
  }
  return samples;
}

function stretches(
  { name, match, offsetMs }: SeriesExpression,
  rangeMs: number,
  store: SeriesStore,
  atMs: number,
): readonly { readonly labels: Sample['labels']; readonly stretch: Stretch }[] {
  const toMs = atMs - offsetMs;
  const fromMs = toMs - rangeMs;
  return store.select(name, match, fromMs, toMs).map((slice) => ({
    labels: slice.labels,
    stretch: { ...withoutGaps(slice), fromMs, toMs },
  }));
}

/** What was there. Most often that is all, and then nothing is copied. */
function withoutGaps({ timesMs, values }: SeriesSlice): Pick<Stretch, 'timesMs' | 'values'> {
  let isWhole = true;
  for (let i = 0; i < values.length && isWhole; i += 1) isWhole = !Number.isNaN(values[i]);
  if (isWhole) return { timesMs, values };
  const there = { timesMs: [] as number[], values: [] as number[] };
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    there.timesMs.push(timesMs[i] as number);
    there.values.push(value);
  }
  return there;
}

function aggregated({ function: name, by }: AggregateExpression, samples: readonly Sample[]): readonly Sample[] {
  const groups = new Map<string, { labels: Sample['labels']; values: number[] }>();
  for (const { labels, value } of samples) {
    const shared = only(labels, by);
    const key = signature(shared);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: shared, values: [value] });
    else group.values.push(value);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: AGGREGATES[name](values) }));
}

function added(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

const AGGREGATES: Readonly<Record<AggregateExpression['function'], (values: readonly number[]) => number>> = {
  sum: added,
  avg: (values) => added(values) / values.length,
  min: (values) => values.reduce((least, value) => Math.min(least, value)),
  max: (values) => values.reduce((most, value) => Math.max(most, value)),
  count: (values) => values.length,
};

function equalLabels({ match }: SeriesExpression): Sample['labels'] {
  return Object.fromEntries(Object.entries(match).filter(isEquality));
}

function isEquality(pair: [string, LabelMatch]): pair is [string, string] {
  return typeof pair[1] === 'string';
}
