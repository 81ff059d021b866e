import type { MetricLabels } from '@tradewind/core-types';
import type { FamilyView } from '../scraping/family.ts';
import { bucketQuantile } from './bucket-quantile.ts';
import { grown } from './growth.ts';

/** What a counter or histogram had at a mark. */
interface Mark {
  readonly labels: MetricLabels;
  readonly value: number;
  readonly bounds: ArrayLike<number> | undefined;
  readonly counts: Float64Array | undefined;
  /** How many marks ago it was there. */
  readonly age: number;
}

/** Labels that series must have to be looked at; none: all. */
export type LabelFilter = MetricLabels;

/**
 * What happened between two scrapes: rates and quantiles of that time and not since the start, which after a day nothing can move.
 *
 * A series that was not there at the first mark does not count, as in Prometheus: nobody knows when it grew. One that a scrape missed is
 * compared with what it had up to ten marks before.
 *
 * Workload: a mark each second or minute, over a few thousand series.
 */
export class Window {
  #starts: ReadonlyMap<string, Mark> = new Map();
  #ends: ReadonlyMap<string, Mark> = new Map();
  /** The keys of the marks at the end of the window, by name: a look at one name must not cost one at all series. */
  #keys: ReadonlyMap<string, readonly string[]> = new Map();
  #startedAtMs: number | undefined;
  #endedAtMs: number | undefined;

  /** Ends the window at the given scrape and begins the next one there. */
  mark(families: Iterable<FamilyView>, nowMs: number): void {
    const marks = new Map<string, Mark>();
    const keys = new Map<string, string[]>();
    for (const [key, mark] of this.#ends) if (mark.age < MAX_AGE) marks.set(key, { ...mark, age: mark.age + 1 });
    for (const { kind, series } of families) {
      if (kind === 'gauge') continue;
      for (const { name, labels, labelText, value, histogram } of series) {
        const counts = histogram?.counts.slice();
        const key = name + labelText;
        marks.set(key, { labels, value, bounds: histogram?.upperBounds, counts, age: 0 });
        const siblings = keys.get(name);
        if (siblings === undefined) keys.set(name, [key]);
        else siblings.push(key);
      }
    }
    this.#startedAtMs = this.#endedAtMs;
    this.#endedAtMs = nowMs;
    this.#starts = this.#ends;
    this.#ends = marks;
    this.#keys = keys;
  }

  /** How long the window was, in seconds; undefined before two marks. */
  get seconds(): number | undefined {
    const from = this.#startedAtMs;
    const to = this.#endedAtMs;
    return from === undefined || to === undefined || to <= from ? undefined : (to - from) / MS_PER_SECOND;
  }

  /** The growth of a counter, all series with these labels together; a series that fell was reset and counts from zero. Undefined before two marks. */
  increase(name: string, labels: LabelFilter = {}): number | undefined {
    if (this.seconds === undefined) return undefined;
    let total = 0;
    for (const [start, end] of this.#pairs(name, labels)) total += grown(end.value, start.value);
    return total;
  }

  /** Growth per second. */
  rate(name: string, labels: LabelFilter = {}): number | undefined {
    const { seconds } = this;
    const increase = this.increase(name, labels);
    return seconds === undefined || increase === undefined ? undefined : increase / seconds;
  }

  /**
   * The bound below which the given part of the window's observations is, interpolated in its bucket as Prometheus does.
   *
   * @param part - From 0 to 1.
   * @returns In the unit of the histogram; undefined where nothing was observed. Series of other buckets than the first one are left out.
   */
  quantile(name: string, part: number, labels: LabelFilter = {}): number | undefined {
    let bounds: ArrayLike<number> | undefined;
    let counts: Float64Array | undefined;
    for (const [start, end] of this.#pairs(name, labels)) {
      if (end.bounds === undefined || end.counts === undefined) continue;
      if (bounds !== undefined && bounds !== end.bounds) continue;
      bounds = end.bounds;
      counts ??= new Float64Array(bounds.length);
      for (let i = 0; i < counts.length; i += 1) {
        counts[i] = (counts[i] as number) + grown(end.counts[i] as number, start.counts?.[i] ?? 0);
      }
    }
    if (bounds === undefined || counts === undefined) return undefined;
    for (let i = 1; i < counts.length; i += 1) counts[i] = (counts[i] as number) + (counts[i - 1] as number);
    const quantile = bucketQuantile({ bounds, cumulative: counts }, part);
    return Number.isNaN(quantile) ? undefined : quantile;
  }

  *#pairs(name: string, labels: LabelFilter): Iterable<readonly [Mark, Mark]> {
    const wanted = Object.entries(labels);
    for (const key of this.#keys.get(name) ?? []) {
      const end = this.#ends.get(key) as Mark;
      if (!wanted.every(([label, value]) => end.labels[label] === value)) continue;
      const start = this.#starts.get(key);
      if (start !== undefined) yield [start, end];
    }
  }
}

const MS_PER_SECOND = 1_000;
const MAX_AGE = 10;
