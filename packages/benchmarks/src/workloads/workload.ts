import type { BusUnderTest, Feature } from '../contenders/contender.ts';
import type { HdrHistogram } from '../measuring/histogram.ts';
import type { ReceiptReport } from '../measuring/receipts.ts';

/** How much a run is to do. */
export interface WorkloadSettings {
  /** About how long the measured part takes, in milliseconds: of CPU time where a bus is driven as fast as it can, of time where messages come at a rate. */
  readonly measureMs: number;
  /** Repeats the run: arrivals and choices are drawn from it. */
  readonly seed: number;
}

/** What a measured part found. */
export interface Measurement {
  /** How many messages, or requests, the resources of the run are divided by. */
  readonly messages: number;
  /** Figures by name, their unit last: `throughputPerSecond`, `criticalP99Us`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly receipts: ReceiptReport;
  /** Why the figures must not be believed, a phrase each. Empty when everything was as it should be. */
  readonly problems: readonly string[];
  /** Nanoseconds from the intended time of sending to the handler. */
  readonly latency?: HdrHistogram | undefined;
}

/** A task that every contender with the features can do. A module that exports one as `workload` can take part in a comparison. */
export interface Workload {
  /** Kebab-case: `market-data`. */
  readonly name: string;
  /** What is done, as a full sentence. */
  readonly work: string;
  readonly needs: readonly Feature[];
  /** The figures that tables show, and whether less or more is better. */
  readonly shows: readonly ShownMetric[];
  /** Subscribes and warms up, unmeasured, and returns the part that is measured: resources are sampled during that one alone. A comparison of builds calls it again and again. */
  prepare(bus: BusUnderTest, settings: WorkloadSettings): Promise<() => Promise<Measurement>>;
}

/** One figure of a workload. */
export interface ShownMetric {
  readonly metric: string;
  readonly better: 'less' | 'more';
}
