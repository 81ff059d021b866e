import type { HistogramView, MetricLabels, MetricsSink, MetricsSource } from '@tradewind/core-types';
import { KeptHistogram, Series, type MetricKind } from './series.ts';
import { SharedLabels } from './shared-labels.ts';

/** Where a reader files the series that it has not met before. */
export interface SeriesShelf {
  describe(name: string, help: string): void;
  file(series: Series, kind: MetricKind): void;
  /** Whether series of this name are wanted at all. */
  wants(name: string): boolean;
}

/**
 * Reads one source, scrape after scrape.
 *
 * Workload: some hundred series every few seconds, written by their source in the same order each time. So the n-th value of a scrape is
 * compared with the n-th series of the one before, label by label, and only a mismatch costs a lookup by text.
 */
export class SourceReader implements MetricsSink {
  readonly #labels: SharedLabels;
  readonly #shelf: SeriesShelf;
  /** By name, and then by the text of the labels. */
  readonly #known = new Map<string, Map<string, Series>>();
  #size = 0;
  #inOrder: Series[] = [];
  #position = 0;
  #scrape = 0;

  constructor(labels: MetricLabels, shelf: SeriesShelf) {
    this.#labels = new SharedLabels(labels);
    this.#shelf = shelf;
  }

  /** @throws Whatever the source throws; what it wrote before stays. */
  read(source: MetricsSource, scrape: number): void {
    this.#scrape = scrape;
    this.#position = 0;
    try {
      source.collect(this);
    } finally {
      this.#inOrder.length = this.#position;
      this.#forgetUnseen();
    }
  }

  describe(name: string, help: string): void {
    this.#shelf.describe(name, help);
  }

  counter(name: string, value: number, labels: MetricLabels = NO_LABELS): void {
    if (this.#shelf.wants(name)) this.#series(name, labels, 'counter').value = value;
  }

  gauge(name: string, value: number, labels: MetricLabels = NO_LABELS): void {
    if (this.#shelf.wants(name)) this.#series(name, labels, 'gauge').value = value;
  }

  histogram(name: string, view: HistogramView, labels: MetricLabels = NO_LABELS): void {
    if (!this.#shelf.wants(name)) return;
    const series = this.#series(name, labels, 'histogram');
    if (series.histogram?.fits(view) === true) series.histogram.take(view);
    else series.histogram = new KeptHistogram(view);
  }

  #series(name: string, labels: MetricLabels, kind: MetricKind): Series {
    const position = this.#position;
    this.#position = position + 1;
    let series = this.#inOrder[position];
    if (series === undefined || series.name !== name || !sameLabels(series.own, labels)) {
      series = this.#find(name, labels, kind);
      this.#inOrder[position] = series;
    }
    series.seenIn = this.#scrape;
    return series;
  }

  /** The labels of whoever registered the source come first, and win over its own of the same name. */
  #find(name: string, own: MetricLabels, kind: MetricKind): Series {
    const shared = this.#labels;
    const fresh = new Series(name, { ...own }, shared.textWith(own), shared.mergedWith);
    let ofName = this.#known.get(name);
    if (ofName === undefined) {
      ofName = new Map();
      this.#known.set(name, ofName);
    }
    const known = ofName.get(fresh.labelText);
    // One that was away for a scrape was dropped by its family and has to be filed again.
    if (known !== undefined && known.seenIn >= this.#scrape - 1) return known;
    if (known === undefined) this.#size += 1;
    ofName.set(fresh.labelText, fresh);
    this.#shelf.file(fresh, kind);
    return fresh;
  }

  /** A source whose labels come and go must not grow. */
  #forgetUnseen(): void {
    if (this.#size === this.#inOrder.length) return;
    for (const [name, ofName] of this.#known) {
      for (const [text, { seenIn }] of ofName) {
        if (seenIn === this.#scrape) continue;
        ofName.delete(text);
        this.#size -= 1;
      }
      if (ofName.size === 0) this.#known.delete(name);
    }
  }
}

/** Sources write their labels in one order; another order only costs the lookup. */
function sameLabels(a: MetricLabels, b: MetricLabels): boolean {
  if (a === b) return true;
  let inA = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    inA += 1;
  }
  let inB = 0;
  for (const _ in b) inB += 1;
  return inA === inB;
}

const NO_LABELS: MetricLabels = Object.freeze({});
