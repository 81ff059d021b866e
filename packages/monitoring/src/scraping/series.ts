import type { HistogramView, MetricLabels } from '@tradewind/core-types';

/** What a family of series measures. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

/**
 * One line of a chart: a name with one set of labels, and what it had at the last scrape.
 *
 * Kept from scrape to scrape, so that a scrape of series that are known writes numbers and makes nothing.
 */
export class Series {
  readonly name: string;
  /** The labels as the source gave them. */
  readonly own: MetricLabels;
  /** The labels between braces, escaped, as a Prometheus text has them. */
  readonly labelText: string;
  /** Of a counter or gauge. */
  value = 0;
  /** Of a histogram; undefined otherwise. */
  histogram: KeptHistogram | undefined;
  /** The number of the scrape that wrote it last. */
  seenIn = 0;
  /** Of a series beyond the bound of its family: what of it was added to `other` so far. Undefined while it stands on its own. */
  folded: Folded | undefined;
  /** The value when it last stood on its own; not a number when it never did. */
  shownValue: number = Number.NaN;
  readonly #merged: (own: MetricLabels) => MetricLabels;
  #labels: MetricLabels | undefined;

  /** @param merged - Makes {@link labels} of its own ones; the same function for all series of a source. */
  constructor(name: string, own: MetricLabels, labelText: string, merged: (own: MetricLabels) => MetricLabels) {
    this.name = name;
    this.own = own;
    this.labelText = labelText;
    this.#merged = merged;
  }

  /** With the labels `bus` and `part` of whoever was registered. Made when first asked for: a text needs `labelText` alone. */
  get labels(): MetricLabels {
    this.#labels ??= this.#merged(this.own);
    return this.#labels;
  }
}

/** What a series had when it was last added to `other`. */
export interface Folded {
  readonly into: Series;
  value: number;
  readonly counts: Float64Array | undefined;
}

/** A copy of a histogram as it was at the last scrape: its owner goes on counting. */
export class KeptHistogram {
  readonly upperBounds: ArrayLike<number>;
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(view: HistogramView) {
    this.upperBounds = view.upperBounds;
    this.counts = new Float64Array(view.counts.length);
    this.take(view);
  }

  /** One of the same buckets without any observation. */
  empty(): KeptHistogram {
    return new KeptHistogram({ upperBounds: this.upperBounds, counts: new Float64Array(this.counts.length), sum: 0 });
  }

  /** Whether the view is of the same buckets. */
  fits({ upperBounds, counts }: HistogramView): boolean {
    return upperBounds === this.upperBounds && counts.length === this.counts.length;
  }

  take({ counts, sum }: HistogramView): void {
    let total = 0;
    for (let i = 0; i < counts.length; i += 1) {
      const count = counts[i] as number;
      this.counts[i] = count;
      total += count;
    }
    this.count = total;
    this.sum = sum;
  }
}
