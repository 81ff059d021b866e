import type { MetricLabels } from '@tradewind/core-types';
import { Series, type MetricKind } from './series.ts';

/** The label value that stands for all series beyond the bound of their family. */
export const OTHER = 'other';

/** A family as its readers see it: all series of one name. */
export interface FamilyView {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** Those of the last scrape, the greatest of them and `other` where there were too many. */
  readonly series: readonly Series[];
}

/**
 * All series of one name, bounded.
 *
 * Up to the bound every series stands on its own. Beyond it the greatest do, and the rest is added up in a series whose widest label says
 * `other`. `other` only takes in what grew since a series was last added, so it never falls when series change sides: a rate over it holds.
 */
export class Family implements FamilyView {
  readonly name: string;
  readonly kind: MetricKind;
  readonly #maxSeries: number;
  readonly #all = new Set<Series>();
  readonly #others = new Map<string, Series>();
  #shown: Series[] = [];
  #changed = false;
  help = '';

  constructor(name: string, kind: MetricKind, maxSeries: number) {
    this.name = name;
    this.kind = kind;
    this.#maxSeries = maxSeries;
  }

  get series(): readonly Series[] {
    return this.#shown;
  }

  /** How many series there are, those in `other` counted singly. */
  get size(): number {
    return this.#all.size;
  }

  add(series: Series): void {
    this.#all.add(series);
    this.#changed = true;
  }

  /** To be called when all sources were read: drops what none of them wrote any more, and keeps the bound. */
  settle(scrape: number): void {
    for (const series of this.#all) {
      if (series.seenIn === scrape) continue;
      this.#all.delete(series);
      this.#changed = true;
    }
    if (this.#all.size > this.#maxSeries) this.#fold();
    else if (this.#changed || this.#others.size > 0) this.#showAll();
    this.#changed = false;
  }

  #showAll(): void {
    for (const series of this.#all) series.folded = undefined;
    // What was added up stays: a counter that vanishes looks like one that was reset.
    this.#shown = [...this.#all, ...(this.kind === 'counter' ? this.#others.values() : [])];
  }

  /** Histograms are not added up: theirs that are beyond the bound are left out, and `tradewind_monitoring_series_folded` says how many. */
  #fold(): void {
    const ranked = [...this.#all].sort((a, b) => rank(b) - rank(a));
    const widest = widestLabel(this.#all);
    if (this.kind !== 'counter') this.#others.clear();
    for (const series of ranked.splice(this.#maxSeries)) {
      if (this.kind !== 'histogram') this.#addToOther(series, widest);
    }
    for (const series of ranked) series.folded = undefined;
    this.#shown = [...ranked, ...this.#others.values()];
  }

  #addToOther(series: Series, widest: string): void {
    const labels: MetricLabels = { ...series.labels, [widest]: OTHER };
    const key = JSON.stringify(labels);
    let other = this.#others.get(key);
    if (other === undefined) {
      other = new Series(this.name, labels, labels);
      this.#others.set(key, other);
    }
    if (this.kind === 'gauge') other.value += series.value;
    else other.value += Math.max(0, series.value - (series.folded ?? 0));
    series.folded = series.value;
  }
}

/** One that stands on its own keeps its place against those that are not half as large again: places do not flutter. */
function rank(series: Series): number {
  const size = series.histogram?.count ?? Math.abs(series.value);
  return series.folded === undefined ? size * STICKINESS : size;
}

const STICKINESS = 1.5;

/** The label with the most different values. */
function widestLabel(all: Iterable<Series>): string {
  const values = new Map<string, Set<string>>();
  for (const { own } of all) {
    for (const [name, value] of Object.entries(own)) {
      const seen = values.get(name) ?? new Set<string>();
      values.set(name, seen.add(value));
    }
  }
  let widest = OTHER;
  let most = 0;
  for (const [name, { size }] of values) {
    if (size > most) [widest, most] = [name, size];
  }
  return widest;
}
