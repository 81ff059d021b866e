/**
 * The charts that have a past. Each is some columns of one unit:
 *
 * | chart | columns | unit |
 * |---|---|---|
 * | `throughput` | `published`, `delivered`, `failed`, `dropped`, `refused` | per second |
 * | `wait`, `handler` | each priority; `quantile` says which (0.99) | seconds |
 * | `queued` | each lane: `CRITICAL`, with a path `HIGH redis` | messages |
 * | `workers` | `busy`, `current`, `max` | workers |
 * | `loop` | `utilization`, `gc` | ratio |
 * | `heap` | `used`, `limit`, `resident` | bytes |
 * | `dead-letters` | each store by its part; `memory` for that of the bus | messages |
 * | `lag` | each transport: entries, and `… pending` | entries |
 */
export type HistoryChart =
  | 'throughput'
  | 'wait'
  | 'handler'
  | 'queued'
  | 'workers'
  | 'loop'
  | 'heap'
  | 'dead-letters'
  | 'lag';

/** `GET /api/history?series=CHART&bus=&from=&to=&quantile=`: times in milliseconds since the epoch; by default the last hour and 0.99. */
export interface HistoryAnswer {
  readonly bus: string;
  readonly chart: HistoryChart;
  readonly unit: 'perSecond' | 'seconds' | 'messages' | 'workers' | 'ratio' | 'bytes' | 'entries';
  readonly fromMs: number;
  readonly toMs: number;
  readonly columns: readonly string[];
  /** The times, then the values of each column: at most 10,000 rows. Null where there was nothing. */
  readonly data: readonly (readonly (number | null)[])[];
  /** Whether the past is only what was seen while somebody looked: no history is recorded on its own. */
  readonly whileWatched: boolean;
}
