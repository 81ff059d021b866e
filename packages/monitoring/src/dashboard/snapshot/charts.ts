import { PRIORITY_NAMES } from '@tradewind/core-types';
import type { LabelsMatch, SeriesStore } from '../../history/series-store.ts';
import type { HistoryAnswer, HistoryChart } from '../protocol/index.ts';

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
export interface ColumnDraft {
  readonly column: string;
  readonly name: string;
  readonly match?: LabelsMatch | undefined;
  /** `rate`: growth a second of counters. */
  readonly as: 'value' | 'rate' | 'quantile';
}

/** Where the past is read. */
export type Store = Pick<SeriesStore, 'select'>;

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

/** What each chart is made of. */
export const CHARTS: Readonly<Record<HistoryChart, Chart>> = {
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
      { column: 'utilization', name: 'tradewind_process_event_loop_busy_seconds_total', as: 'rate' },
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
  'tradewind_process_event_loop_busy_seconds_total',
  'tradewind_process_gc_seconds_total',
  'tradewind_process_heap_used_bytes',
  'tradewind_process_heap_limit_bytes',
  'tradewind_process_resident_bytes',
  'tradewind_dead_letters',
  'tradewind_transport_dead_letters',
  'tradewind_transport_lag_entries',
  'tradewind_transport_pending_entries',
]);

const MAX_COLUMNS = 24;
