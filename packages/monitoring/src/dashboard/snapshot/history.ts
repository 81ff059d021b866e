import type { HistoryAnswer } from '../protocol/index.ts';
import { CHARTS, type ColumnDraft, type HistoryQuery, type Store } from './charts.ts';
import { quantileColumn } from './quantile-column.ts';
import { areSameTimes, spread, tableOf, union, type SliceTable } from './slice-table.ts';

/** A chart of the past, before it is a text: the times, and columns of the same length; NaN where there was nothing. */
export interface History extends Omit<HistoryAnswer, 'data'> {
  readonly timesMs: Float64Array;
  readonly values: readonly Float64Array[];
}

/** One column over its own times. */
interface Drawn {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/**
 * Makes a chart of the past: columns of one length over one row of times, at most 10,000.
 *
 * Yields after each half of a millisecond or so, for who must not hold the event loop; what a store gives is copied within a turn. Cost: linear in
 * the scrapes of the stretch and the series of the chart.
 */
export function* historyOf(store: Store, query: HistoryQuery): Generator<void, History> {
  const { chart, bus, fromMs, toMs, whileWatched } = query;
  const columns: string[] = [];
  const drawn: Drawn[] = [];
  for (const draft of CHARTS[chart].columns(store, query)) {
    const made = yield* columnOf(store, draft, query);
    if (made === undefined) continue;
    columns.push(draft.column);
    drawn.push(made);
  }
  const data = yield* aligned(drawn);
  return { bus, chart, unit: CHARTS[chart].unit, fromMs, toMs, columns, ...data, whileWatched };
}

function* columnOf(
  store: Store,
  { name, match, as }: ColumnDraft,
  { bus, fromMs, toMs, quantile }: HistoryQuery,
): Generator<void, Drawn | undefined> {
  const read = as === 'quantile' ? `${name}_bucket` : name;
  const table = tableOf(store.select(read, { ...match, bus }, fromMs, toMs), MAX_ROWS);
  yield;
  if (table === undefined) return undefined;
  const values = as === 'quantile' ? yield* quantileColumn(table, quantile) : yield* sumOf(table, as === 'rate');
  return { timesMs: table.timesMs, values };
}

/** Series added up. Counters grow each for itself: one that is reset must not pull the sum down. */
function* sumOf({ timesMs, series }: SliceTable, isRate: boolean): Generator<void, Float64Array> {
  const sums = new Float64Array(timesMs.length).fill(Number.NaN);
  for (const { values } of series) {
    const own = isRate ? growthOf(timesMs, values) : values;
    for (let row = 0; row < own.length; row += 1) {
      const value = own[row] as number;
      if (!Number.isFinite(value)) continue;
      const sum = sums[row] as number;
      sums[row] = Number.isNaN(sum) ? value : sum + value;
    }
    yield;
  }
  return sums;
}

/** Growth a second since the value before; one that fell was reset and counts from zero. */
function growthOf(timesMs: Float64Array, values: Float64Array): Float64Array {
  const rates = new Float64Array(values.length).fill(Number.NaN);
  let before = -1;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) continue;
    if (before !== -1) {
      const seconds = ((timesMs[row] as number) - (timesMs[before] as number)) / MS_PER_SECOND;
      const start = values[before] as number;
      rates[row] = (value >= start ? value - start : value) / seconds;
    }
    before = row;
  }
  return rates;
}

/** Columns may come from stores whose rows differ; then the times are those of all, the newest, and what is missing is NaN. */
function* aligned(drawn: readonly Drawn[]): Generator<void, Pick<History, 'timesMs' | 'values'>> {
  let timesMs = drawn[0]?.timesMs ?? new Float64Array();
  for (const one of drawn) {
    timesMs = union(timesMs, one.timesMs);
    yield;
  }
  if (timesMs.length > MAX_ROWS) timesMs = timesMs.slice(-MAX_ROWS);
  const values: Float64Array[] = [];
  for (const one of drawn) {
    values.push(areSameTimes(one.timesMs, timesMs) ? one.values : spread(one, timesMs));
    yield;
  }
  return { timesMs, values };
}

const MAX_ROWS = 10_000;
const MS_PER_SECOND = 1_000;
