import type { MetricLabels } from '@tradewind/core-types';
import type { FamilyView } from '../scraping/family.ts';
import type { Series } from '../scraping/series.ts';

/** What a counter or histogram had at the start of a window. */
interface Start {
  readonly value: number;
  readonly counts: Float64Array | undefined;
}

/** Labels that series must have to be looked at; none: all. */
export type LabelFilter = MetricLabels;

/**
 * What happened between two scrapes: rates and quantiles of that time and not since the start, which after a day nothing can move.
 *
 * Workload: a mark each second or minute, over a few thousand series.
 */
export class Window {
  #starts = new Map<Series, Start>();
  #startedAtMs: number | undefined;
  #endedAtMs: number | undefined;
  #ends: ReadonlyMap<Series, Start> = new Map();

  /** Ends the window at the given scrape and begins the next one there. */
  mark(families: Iterable<FamilyView>, nowMs: number): void {
    const now = new Map<Series, Start>();
    for (const { kind, series } of families) {
      if (kind === 'gauge') continue;
      for (const one of series) now.set(one, { value: one.value, counts: one.histogram?.counts.slice() });
    }
    this.#startedAtMs = this.#endedAtMs;
    this.#endedAtMs = nowMs;
    this.#starts = this.#ends as Map<Series, Start>;
    this.#ends = now;
  }

  /** How long the window was, in seconds; undefined before two marks. */
  get seconds(): number | undefined {
    const { 0: from, 1: to } = [this.#startedAtMs, this.#endedAtMs];
    return from === undefined || to === undefined || to <= from ? undefined : (to - from) / MS_PER_SECOND;
  }

  /** The growth of a counter, all series with these labels together; a series that fell was reset and counts from zero. Undefined before two marks. */
  increase(name: string, labels: LabelFilter = {}): number | undefined {
    if (this.seconds === undefined) return undefined;
    let total = 0;
    for (const [series, { value }] of this.#matching(name, labels))
      total += grown(value, this.#starts.get(series)?.value);
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
   * @param part From 0 to 1.
   * @returns In the unit of the histogram; undefined where nothing was observed.
   */
  quantile(name: string, part: number, labels: LabelFilter = {}): number | undefined {
    let bounds: ArrayLike<number> | undefined;
    let counts: Float64Array | undefined;
    for (const [series, end] of this.#matching(name, labels)) {
      const layout = series.histogram?.upperBounds;
      if (layout === undefined || end.counts === undefined) continue;
      if (bounds !== undefined && bounds !== layout) continue;
      bounds = layout;
      counts ??= new Float64Array(layout.length);
      const start = this.#starts.get(series)?.counts;
      for (let i = 0; i < counts.length; i += 1) {
        counts[i] = (counts[i] as number) + grown(end.counts[i] as number, start?.[i]);
      }
    }
    return bounds === undefined || counts === undefined ? undefined : interpolated(bounds, counts, part);
  }

  *#matching(name: string, labels: LabelFilter): Iterable<readonly [Series, Start]> {
    const wanted = Object.entries(labels);
    for (const pair of this.#ends) {
      const series = pair[0];
      if (series.name === name && wanted.every(([label, value]) => series.labels[label] === value)) yield pair;
    }
  }
}

function grown(end: number, start = 0): number {
  return end >= start ? end - start : end;
}

function interpolated(bounds: ArrayLike<number>, counts: Float64Array, part: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const wanted = part * total;
  let before = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    if (before + count >= wanted && count > 0) {
      const lower = i === 0 ? 0 : (bounds[i - 1] as number);
      const upper = bounds[i] as number;
      // Of the open bucket nothing is known but its beginning.
      return upper === Infinity ? lower : lower + ((upper - lower) * (wanted - before)) / count;
    }
    before += count;
  }
  return undefined;
}

const MS_PER_SECOND = 1_000;
