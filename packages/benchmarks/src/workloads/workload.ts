import type { BusUnderTest, Feature } from '../contenders/contender.ts';
import type { HdrHistogram } from '../measuring/histogram.ts';
import type { ReceiptReport } from '../measuring/receipts.ts';
import type { TimeSource } from '../measuring/time-source.ts';

/** How much a run is to do. */
export interface WorkloadSettings {
  /** About how long the measured part takes, in milliseconds: of CPU time where a bus is driven as fast as it can, of time where messages come at a rate. */
  readonly measureMs: number;
  /** Repeats the run: arrivals and choices are drawn from it. */
  readonly seed: number;
  /**
   * Warms up with about so many messages, and no longer than two seconds of CPU time, in place of until it is steady. Two processes that do the
   * same work are compiled alike; two that do it for the same time are not.
   */
  readonly warmUpMessages?: number | undefined;
  /** What messages are sent by, and latencies counted by. Default: the real time. A test gives another, to know what must come out. */
  readonly time?: TimeSource | undefined;
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

/** The measured part of a workload. */
export interface MeasuredPart {
  (): Promise<Measurement>;
  /** Only where a bus is driven as fast as it can: the same work in portions, which a comparison of builds takes by turns. */
  readonly portions?: Portions | undefined;
}

/** Work in portions of a fixed size. */
export interface Portions {
  /** Sends so many messages, rounded up to whole batches, and waits until they are handled. Returns how many they were. */
  send(messages: number): Promise<number>;
  /** Holds all that arrived so far against all that was sent. */
  account(): Promise<Pick<Measurement, 'receipts' | 'problems'>>;
}

/** A task that every contender with the features can do. A module that exports one as `workload` can take part in a comparison. */
export interface Workload {
  /** Kebab-case: `market-data`. */
  readonly name: string;
  /** What is done, as a full sentence. */
  readonly work: string;
  readonly needs: readonly Feature[];
  /** What this machine lacks for it, as a phrase: nobody can do it then. Undefined when nothing is lacking. */
  readonly lacks?: (() => string | undefined) | undefined;
  /** Packages beside the bus whose versions belong to the result. Default: none. */
  readonly packages?: readonly string[] | undefined;
  /** The figures that tables show, and whether less or more is better. */
  readonly shows: readonly ShownMetric[];
  /** Subscribes and warms up, unmeasured, and returns the part that is measured: resources are sampled during that one alone. */
  prepare(bus: BusUnderTest, settings: WorkloadSettings): Promise<MeasuredPart>;
}

/** One figure of a workload. */
export interface ShownMetric {
  readonly metric: string;
  /** `neither` for what a run was given. */
  readonly better: 'less' | 'more' | 'neither';
}
