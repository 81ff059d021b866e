import type { Health, MetricLabels } from '@tradewind/core-types';
import { labelsMatch, type LabelsMatch, type Scrape, type SeriesSlice, type SeriesStore } from './series-store.ts';

/** How much of the past a table in memory keeps. */
export interface MemorySeriesStoreOptions {
  /** How many scrapes are kept, at least; a quarter more is room to move in. Default 3,600: an hour of seconds. */
  readonly maxScrapes?: number | undefined;
  /** How many series are kept; further ones are left out and counted. Default 4,000. */
  readonly maxSeries?: number | undefined;
  /** Which names are kept. Default: all. */
  readonly wants?: ((name: string) => boolean) | undefined;
}

/** One series: a column of the table. */
interface Column {
  readonly key: string;
  readonly name: string;
  readonly labels: MetricLabels;
  readonly values: Float64Array;
  /** The last row in which it has a value; -1 when that was cut off. */
  lastRow: number;
}

/**
 * A table in memory: a row for each scrape, a column for each series.
 *
 * Workload: some hundred series a scrape, a scrape a second, read by some dozen rules each time. Rows are appended at the end of arrays that are
 * a quarter longer than what is kept, so that a stretch is a view without a copy, and moving down costs each value a quarter of a copy or so.
 * A column costs 8 bytes a row: 36 kB an hour of seconds.
 */
export class MemorySeriesStore implements SeriesStore {
  readonly #maxScrapes: number;
  readonly #maxSeries: number;
  readonly #wants: (name: string) => boolean;
  readonly #times: Float64Array;
  readonly #byKey = new Map<string, Column>();
  readonly #byName = new Map<string, Column[]>();
  #rows = 0;
  #leftOut = 0;
  #refused = 0;
  /** Since when scrapes are refused; of those that come, the time of the first. */
  #behindSinceMs: number | undefined;

  constructor({ maxScrapes = 3_600, maxSeries = 4_000, wants = () => true }: MemorySeriesStoreOptions = {}) {
    this.#maxScrapes = maxScrapes;
    this.#maxSeries = maxSeries;
    this.#wants = wants;
    this.#times = new Float64Array(maxScrapes + Math.max(1, Math.ceil(maxScrapes / 4)));
  }

  /** How many values were not kept because there were too many series. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** How many scrapes were not kept because they were not later than the newest one. */
  get refusedScrapes(): number {
    return this.#refused;
  }

  /** Degraded while scrapes are refused. */
  health(): Health {
    const sinceMs = this.#behindSinceMs;
    if (sinceMs === undefined) return { status: 'up', reason: '', sinceMs: this.firstMs ?? 0 };
    return { status: 'degraded', reason: 'the clock is behind the newest scrape: nothing is kept', sinceMs };
  }

  append({ timeMs, values }: Scrape): void {
    if (timeMs <= (this.lastMs ?? -Infinity)) {
      this.#refused += 1;
      this.#behindSinceMs ??= timeMs;
      return;
    }
    this.#behindSinceMs = undefined;
    if (this.#rows === this.#times.length) this.#moveDown();
    const row = this.#rows;
    this.#times[row] = timeMs;
    this.#rows = row + 1;
    for (const column of this.#byKey.values()) column.values[row] = Number.NaN;
    for (const { name, labels, labelText, value } of values) {
      if (!this.#wants(name)) continue;
      const column = this.#byKey.get(name + labelText) ?? this.#add(name, labels, labelText);
      if (column === undefined) continue;
      column.values[row] = value;
      if (!Number.isNaN(value)) column.lastRow = row;
    }
  }

  select(name: string, match: LabelsMatch, fromMs: number, toMs: number): readonly SeriesSlice[] {
    const columns = this.#byName.get(name);
    if (columns === undefined) return [];
    const from = this.#firstAfter(fromMs);
    const to = this.#firstAfter(toMs);
    if (from >= to) return [];
    const timesMs = this.#times.subarray(from, to);
    const found: SeriesSlice[] = [];
    for (const { labels, values, lastRow } of columns) {
      if (lastRow < from || !labelsMatch(labels, match)) continue;
      found.push({ labels, timesMs, values: values.subarray(from, to) });
    }
    return found;
  }

  /** The time of the last scrape; undefined before the first. */
  get lastMs(): number | undefined {
    return this.#rows === 0 ? undefined : this.#times[this.#rows - 1];
  }

  /** The time of the oldest scrape that is kept; undefined before the first. */
  get firstMs(): number | undefined {
    return this.#rows === 0 ? undefined : this.#times[0];
  }

  /** Every series that has a value after `fromMs` up to `toMs`, with its name. The arrays are views, as those of `select`. */
  *everySeries(fromMs: number, toMs: number): Generator<SeriesSlice & { readonly name: string }> {
    const from = this.#firstAfter(fromMs);
    const to = this.#firstAfter(toMs);
    if (from >= to) return;
    const timesMs = this.#times.subarray(from, to);
    for (const { name, labels, values, lastRow } of this.#byKey.values()) {
      if (lastRow >= from) yield { name, labels, timesMs, values: values.subarray(from, to) };
    }
  }

  /** The first row later than a time. */
  #firstAfter(timeMs: number): number {
    let low = 0;
    let high = this.#rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) > timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #add(name: string, labels: MetricLabels, labelText: string): Column | undefined {
    if (this.#byKey.size >= this.#maxSeries) {
      this.#leftOut += 1;
      return undefined;
    }
    const key = name + labelText;
    const column: Column = {
      key,
      name,
      labels,
      values: new Float64Array(this.#times.length).fill(Number.NaN),
      lastRow: -1,
    };
    this.#byKey.set(key, column);
    const siblings = this.#byName.get(name);
    if (siblings === undefined) this.#byName.set(name, [column]);
    else siblings.push(column);
    return column;
  }

  /** Cuts off the oldest rows, and series that have none left. */
  #moveDown(): void {
    const cut = this.#rows - this.#maxScrapes + 1;
    this.#times.copyWithin(0, cut, this.#rows);
    for (const [name, columns] of this.#byName) {
      const kept = columns.filter((column) => {
        column.lastRow -= cut;
        if (column.lastRow >= 0) return true;
        this.#byKey.delete(column.key);
        return false;
      });
      for (const { values } of kept) values.copyWithin(0, cut, this.#rows);
      if (kept.length === 0) this.#byName.delete(name);
      else this.#byName.set(name, kept);
    }
    this.#rows -= cut;
  }
}
