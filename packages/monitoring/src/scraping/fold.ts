import type { MetricLabels } from '@tradewind/core-types';
import { Series, type Folded, type KeptHistogram, type MetricKind } from './series.ts';
import { labelText } from './shared-labels.ts';

/** The label value that stands for all series beyond the bound of their family. */
const OTHER = 'other';

/** How many series `other` may be: one for each set of the labels that are not wide. */
export const MAX_OTHERS = 10;

/**
 * The sum of the series that have no place of their own.
 *
 * Of counters and histograms only what grew since a series was last added is taken in: the sum never falls when series change sides, so a
 * rate over it holds. Gauges are added up anew each time.
 */
export class Fold {
  readonly #name: string;
  readonly #kind: MetricKind;
  readonly #others = new Map<string, Series>();
  readonly #sums = new Map<Series, number>();
  /** Labels whose value becomes `other`; only grows, so that the sums keep their names. */
  readonly #wide = new Set<string>();

  constructor(name: string, kind: MetricKind) {
    this.#name = name;
    this.#kind = kind;
  }

  get series(): Iterable<Series> {
    return this.#others.values();
  }

  get size(): number {
    return this.#others.size;
  }

  /** Begins a sum of gauges; counters and histograms go on, because one that falls looks like one that was reset. */
  restart(): void {
    this.#sums.clear();
  }

  /** Shows the sums of gauges, which nobody saw while they were made. */
  commit(): void {
    if (this.#kind !== 'gauge') return;
    for (const other of this.#others.values()) other.value = this.#sums.get(other) ?? 0;
  }

  /** Gauges of what is no longer there. */
  clear(): void {
    if (this.#kind === 'gauge') this.#others.clear();
  }

  /** Chooses which labels are given up, so that few sums come of it. Looks at the first thousand series: a scrape must stay short. */
  widen(all: Iterable<Series>): void {
    const widths = new Map<string, Set<string>>();
    let looked = 0;
    for (const { labels } of all) {
      for (const name in labels) {
        const values = widths.get(name) ?? new Set<string>();
        widths.set(name, values.add(labels[name] as string));
      }
      looked += 1;
      if (looked === MAX_LOOKED_AT) break;
    }
    let combinations = 1;
    const narrowFirst = [...widths].sort(([, a], [, b]) => a.size - b.size);
    const widest = narrowFirst.at(-1)?.[0];
    for (const [name, { size }] of narrowFirst) {
      combinations *= size;
      if (name === widest || combinations > MAX_OTHERS) this.#wide.add(name);
    }
  }

  add(series: Series): void {
    const folded = (series.folded ??= { ...startOf(series), into: this.#otherOf(series) });
    const { into } = folded;
    if (series.histogram !== undefined) addGrowth(into, series.histogram, folded);
    else if (this.#kind === 'gauge') this.#sums.set(into, (this.#sums.get(into) ?? 0) + series.value);
    else into.value += Math.max(0, series.value - folded.value);
    folded.value = series.histogram?.sum ?? series.value;
  }

  #otherOf(series: Series): Series {
    const labels: Record<string, string> = { ...series.labels };
    for (const name of this.#wide) labels[name] = OTHER;
    const known = this.#others.get(JSON.stringify(labels));
    if (known !== undefined) return known;
    if (this.#others.size >= MAX_OTHERS - 1) for (const name of Object.keys(labels)) labels[name] = OTHER;
    const key = JSON.stringify(labels);
    const other = this.#others.get(key) ?? new Series(this.#name, labels, labelText(labels), same);
    this.#others.set(key, other);
    return other;
  }
}

/**
 * What of a series is not for `other`: what it showed under its own name. Of a histogram that is all it has now, so that its observations of
 * the one interval in which it loses its place are in neither.
 */
function startOf({ shownValue, histogram }: Series): Omit<Folded, 'into'> {
  const isNew = Number.isNaN(shownValue);
  if (histogram === undefined) return { value: isNew ? 0 : shownValue, counts: undefined };
  if (isNew) return { value: 0, counts: histogram.empty().counts };
  return { value: histogram.sum, counts: histogram.counts.slice() };
}

/** Histograms of other buckets than the first one cannot be added to it and are left out. */
function addGrowth(other: Series, from: KeptHistogram, { counts, value }: Folded): void {
  const into = (other.histogram ??= from.empty());
  if (counts?.length !== from.counts.length || into.upperBounds !== from.upperBounds) return;
  for (let i = 0; i < from.counts.length; i += 1) {
    const count = from.counts[i] as number;
    const growth = Math.max(0, count - (counts[i] as number));
    into.counts[i] = (into.counts[i] as number) + growth;
    into.count += growth;
    counts[i] = count;
  }
  into.sum += Math.max(0, from.sum - value);
}

const MAX_LOOKED_AT = 1_000;
const same = (labels: MetricLabels): MetricLabels => labels;
