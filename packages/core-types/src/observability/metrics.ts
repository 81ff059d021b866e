/** Labels of one series. Bounded by design: never a message id, an order or a symbol. */
export type MetricLabels = Readonly<Record<string, string>>;

/**
 * A histogram as its owner keeps it, read at scrape time and not kept.
 *
 * `counts[i]` observations are at most `upperBounds[i]` and above the bound before; the last bound is `Infinity`.
 */
export interface HistogramView {
  readonly upperBounds: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** Receives the values of one scrape. Names start with `tradewind_`, in base units (seconds, bytes); counters end in `_total`. */
export interface MetricsSink {
  /** Explains a name, before its first value. Again: ignored. */
  describe(name: string, help: string): void;
  /** A value that only grows, since the part was made. */
  counter(name: string, value: number, labels?: MetricLabels): void;
  gauge(name: string, value: number, labels?: MetricLabels): void;
  histogram(name: string, view: HistogramView, labels?: MetricLabels): void;
}

/**
 * A part that can be measured. Pulled at scrape time: hot paths only increment plain fields and typed arrays.
 * It does not label which instance it is: whoever registers it adds the labels `bus` and `part`.
 */
export interface MetricsSource {
  /** Writes all its series. Called every few seconds; a few microseconds a series. */
  collect(into: MetricsSink): void;
}
