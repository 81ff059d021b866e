/** Named figures of one run, their unit last: `p99Us`. */
export type Metrics = Readonly<Record<string, number>>;

/** How much work a run is to do. */
export interface Scale {
  /** A short look at whether everything still runs: its figures mean little. */
  readonly isQuick: boolean;
  /** A count of messages: in full, or a tenth of it. */
  count(full: number): number;
  /** A time: in full, or what a short look takes instead. */
  duration(full: number, quick: number): number;
}

/**
 * Does the work once, in processes of its own, and says what it cost. It checks that the work was done, every message once and in order, and throws
 * when it was not.
 */
export type Run = (scale: Scale) => Promise<Metrics>;

/** What is to be reached: at least or at most so much, of a metric itself or, with `against`, of its ratio to another contender's. */
export interface Target {
  readonly metric: string;
  /** The contender that has to reach it. */
  readonly of: string;
  readonly against?: string | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
  /** Of the metric itself, for the table; empty for a ratio or a plain number. */
  readonly unit: string;
}

/** What is drawn of an experiment, each from the medians of the rounds. */
export type ExperimentPicture =
  /** A bar for each contender, but for those that would make all others vanish beside them. */
  | { readonly kind: 'bars'; readonly metric: string; readonly without?: readonly string[] | undefined }
  /** Latency over the percentile, of the metrics `p50Us`, `p90Us`, …; with the prefix `intended` of `intendedP50Us`, …. */
  | { readonly kind: 'percentiles'; readonly prefix?: string | undefined }
  /** A metric over a quantity that contenders differ in; those without a place are left out. */
  | {
      readonly kind: 'scaling';
      readonly metric: string;
      readonly over: string;
      readonly places: Readonly<Record<string, number>>;
    };

/** One question and several that answer it, each in processes of its own. Every contender does the same work. */
export interface Experiment {
  /** Unique, in kebab-case: chosen by `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is done, how often, with what. */
  readonly work: string;
  /** The metrics that are shown, in this order. */
  readonly metrics: readonly string[];
  /** By the name that tables show. */
  readonly contenders: Readonly<Record<string, Run>>;
  /** Who cannot do this work, and why: told in the table, and not run. */
  readonly cannot?: Readonly<Record<string, string>> | undefined;
  readonly targets: readonly Target[];
  /** Repeats it less often than its set, with the reason for the page: for runs that take very long. */
  readonly fewerRounds?: { readonly rounds: number; readonly why: string } | undefined;
  readonly pictures?: readonly ExperimentPicture[] | undefined;
}

/** The scale of a full run, or of a short look. */
export function scaleOf(isQuick: boolean): Scale {
  return {
    isQuick,
    count: (full) => (isQuick ? Math.max(1, Math.round(full / QUICK_DIVISOR)) : full),
    duration: (full, quick) => (isQuick ? quick : full),
  };
}

const QUICK_DIVISOR = 10;
