import { PRIORITY_NAMES } from '@tradewind/core-types';
import type { LabelsMatch, SeriesSlice, SeriesStore } from '../../history/series-store.ts';
import type { HistoryAnswer, HistoryChart } from '../protocol/index.ts';
import { quantileColumn } from './quantile-column.ts';
import { growth } from './explanation.ts';

/** Which stretch of which chart. */
export interface HistoryQuery {
  readonly chart: HistoryChart;
  readonly bus: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantile: number;
  readonly whileWatched: boolean;
}

/** One column of a chart: what it is called, and its series, which are added up. */
interface ColumnDraft {
  readonly column: string;
  readonly name: string;
  readonly match?: LabelsMatch | undefined;
  /** `rate`: growth a second of counters. */
  readonly as: 'value' | 'rate' | 'quantile';
}

type Store = Pick<SeriesStore, 'select'>;

/**
 * A chart of the past: columns of one length over one row of times, at most 10,000.
 *
 * Cost: linear in the scrapes of the stretch, about a millisecond for an hour of seconds; a chart of quantiles some milliseconds a priority.
 */
export function historyOf(store: Store, query: HistoryQuery): HistoryAnswer {
  const { chart, bus, fromMs, toMs, whileWatched } = query;
  const drafts = CHARTS[chart].columns(store, query);
  const columns: string[] = [];
  const drawn: { readonly times: readonly number[]; readonly values: readonly (number | null)[] }[] = [];
  for (const draft of drafts) {
    const made = columnOf(store, draft, query);
    if (made === undefined) continue;
    columns.push(draft.column);
    drawn.push(made);
  }
  return { bus, chart, unit: CHARTS[chart].unit, fromMs, toMs, columns, data: aligned(drawn), whileWatched };
}

function columnOf(store: Store, { name, match, as }: ColumnDraft, query: HistoryQuery) {
  const { bus, fromMs, toMs, quantile } = query;
  const labels = { ...match, bus };
  const read = as === 'quantile' ? `${name}_bucket` : name;
  const slices = store.select(read, labels, fromMs, toMs);
  const [first] = slices;
  if (first === undefined) return undefined;
  const rows = rowsOf(first.timesMs);
  const times = rows.map((row) => first.timesMs[row] as number);
  if (as === 'quantile') return { times, values: quantileColumn(slices, rows, quantile) };
  const sums = sumOf(slices, rows, as === 'rate' ? times : undefined);
  return { times, values: sums };
}

/** Which rows are shown: all, or every n-th, always with the last. */
function rowsOf({ length }: ArrayLike<number>): readonly number[] {
  const step = Math.max(1, Math.ceil(length / MAX_ROWS));
  const rows: number[] = [];
  for (let row = length - 1; row >= 0; row -= step) rows.push(row);
  return rows.reverse();
}

/** Series added up. Counters grow each for itself: one that is reset must not pull the sum down. */
function sumOf(
  slices: readonly SeriesSlice[],
  rows: readonly number[],
  rateOver: readonly number[] | undefined,
): (number | null)[] {
  const sums: (number | null)[] = rows.map(() => null);
  for (const { values } of slices) {
    const raw = rows.map((row) => {
      const value = values[row];
      return value === undefined || !Number.isFinite(value) ? null : value;
    });
    const own = rateOver === undefined ? raw : growth(rateOver, raw);
    for (const [at, value] of own.entries()) if (value !== null) sums[at] = (sums[at] ?? 0) + value;
  }
  return sums;
}

/** Columns may come from stores whose rows differ; then the times are those of all, and what is missing is null. */
function aligned(
  drawn: readonly { readonly times: readonly number[]; readonly values: readonly (number | null)[] }[],
): readonly (readonly (number | null)[])[] {
  const [first, ...others] = drawn;
  if (first === undefined) return [[]];
  const isSame = others.every(({ times }) => times.length === first.times.length && times[0] === first.times[0]);
  if (isSame) return [first.times, ...drawn.map(({ values }) => values)];
  const times = [...new Set(drawn.flatMap((one) => one.times))].toSorted((a, b) => a - b).slice(-MAX_ROWS);
  const columns = drawn.map((one) => {
    const byTime = new Map(one.times.map((time, at) => [time, one.values[at] ?? null]));
    return times.map((time) => byTime.get(time) ?? null);
  });
  return [times, ...columns];
}

/** One column for each distinct value of some labels. */
function byLabels(
  name: string,
  labels: readonly string[],
  as: ColumnDraft['as'],
  suffix = '',
): (store: Store, query: HistoryQuery) => readonly ColumnDraft[] {
  return (store, { bus, fromMs, toMs }) => {
    const found = new Map<string, LabelsMatch>();
    for (const slice of store.select(name, { bus }, fromMs, toMs)) {
      const match = Object.fromEntries(labels.map((label) => [label, slice.labels[label] ?? '']));
      const column =
        labels
          .map((label) => match[label])
          .join(' ')
          .trim() + suffix;
      if (found.size < MAX_COLUMNS) found.set(column || 'memory', match);
    }
    return Array.from(found, ([column, match]) => ({ column, name, match, as }));
  };
}

const rates = (columns: Readonly<Record<string, readonly [name: string, match?: LabelsMatch]>>) => () =>
  Object.entries(columns).map(([column, [name, match]]): ColumnDraft => ({ column, name, match, as: 'rate' }));
const values = (columns: Readonly<Record<string, string>>) => () =>
  Object.entries(columns).map(([column, name]): ColumnDraft => ({ column, name, as: 'value' }));
const quantiles = (name: string) => () =>
  PRIORITY_NAMES.map((lane): ColumnDraft => ({ column: lane, name, match: { lane }, as: 'quantile' }));

interface Chart {
  readonly unit: HistoryAnswer['unit'];
  readonly columns: (store: Store, query: HistoryQuery) => readonly ColumnDraft[];
}

/** A synchronous bus and a client call the same by different names: the one that is there is shown. */
const THROUGHPUT = {
  published: ['tradewind_messages_accepted_total', { direction: { not: 'in' } }],
  delivered: ['tradewind_deliveries_handled_total'],
  failed: ['tradewind_deliveries_failed_attempts_total'],
  dropped: ['tradewind_messages_dropped_total'],
  refused: ['tradewind_messages_refused_total'],
} as const;
const SYNCHRONOUS_THROUGHPUT = {
  published: ['tradewind_bus_published_total'],
  delivered: ['tradewind_bus_delivered_total'],
  failed: ['tradewind_bus_handler_errors_total'],
} as const;

const CHARTS: Readonly<Record<HistoryChart, Chart>> = {
  throughput: {
    unit: 'perSecond',
    columns: (store, { bus, fromMs, toMs }) => {
      const isBuffered = store.select(THROUGHPUT.published[0], { bus }, fromMs, toMs).length > 0;
      return isBuffered ? rates(THROUGHPUT)() : rates(SYNCHRONOUS_THROUGHPUT)();
    },
  },
  wait: { unit: 'seconds', columns: quantiles('tradewind_message_wait_seconds') },
  handler: { unit: 'seconds', columns: quantiles('tradewind_handler_seconds') },
  queued: { unit: 'messages', columns: byLabels('tradewind_lane_queued', ['lane', 'path'], 'value') },
  workers: {
    unit: 'workers',
    columns: values({ busy: 'tradewind_workers_busy', current: 'tradewind_workers', max: 'tradewind_workers_max' }),
  },
  loop: {
    unit: 'ratio',
    columns: () => [
      { column: 'utilization', name: 'tradewind_process_event_loop_utilization_ratio', as: 'value' },
      { column: 'gc', name: 'tradewind_process_gc_seconds_total', as: 'rate' },
    ],
  },
  heap: {
    unit: 'bytes',
    columns: values({
      used: 'tradewind_process_heap_used_bytes',
      limit: 'tradewind_process_heap_limit_bytes',
      resident: 'tradewind_process_resident_bytes',
    }),
  },
  'dead-letters': {
    unit: 'messages',
    columns: (store, query) => [
      ...byLabels('tradewind_dead_letters', ['part'], 'value')(store, query),
      ...byLabels('tradewind_transport_dead_letters', ['part'], 'value')(store, query),
    ],
  },
  lag: {
    unit: 'entries',
    columns: (store, query) => [
      ...byLabels('tradewind_transport_lag_entries', ['part'], 'value')(store, query),
      ...byLabels('tradewind_transport_pending_entries', ['part'], 'value', ' pending')(store, query),
    ],
  },
};

/** Whether there is such a chart. */
export function isChart(name: string): name is HistoryChart {
  return Object.hasOwn(CHARTS, name);
}

/** The names of all series that charts are made from. */
export const CHARTED: ReadonlySet<string> = new Set([
  ...Object.values(THROUGHPUT).map(([name]) => name),
  ...Object.values(SYNCHRONOUS_THROUGHPUT).map(([name]) => name),
  'tradewind_message_wait_seconds_bucket',
  'tradewind_handler_seconds_bucket',
  'tradewind_lane_queued',
  'tradewind_workers',
  'tradewind_workers_busy',
  'tradewind_workers_max',
  'tradewind_process_event_loop_utilization_ratio',
  'tradewind_process_gc_seconds_total',
  'tradewind_process_heap_used_bytes',
  'tradewind_process_heap_limit_bytes',
  'tradewind_process_resident_bytes',
  'tradewind_dead_letters',
  'tradewind_transport_dead_letters',
  'tradewind_transport_lag_entries',
  'tradewind_transport_pending_entries',
]);

const MAX_ROWS = 10_000;
const MAX_COLUMNS = 24;
