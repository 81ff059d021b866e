/** Named figures of one run. */
export type Metrics = Readonly<Record<string, number>>;

/** How much work to do. */
export interface Scale {
  /** A tenth of the work, for a look at whether everything still runs: its figures mean little. */
  readonly isQuick: boolean;
  /** The full count, or a tenth of it. */
  count(full: number): number;
}

/** Does the work once, in processes of their own, and says what it cost. It checks that the work was done, and throws when it was not. */
export type Run = (scale: Scale) => Promise<Metrics>;

/** What is to be reached: at least or at most so much, of a metric itself or, with `against`, of its ratio to another contender's. */
export interface Target {
  readonly metric: string;
  /** The contender that has to reach it. */
  readonly of: string;
  readonly against?: string | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
  /** Of the metric itself, for the table. */
  readonly unit: string;
}

/** One question, and several that answer it. Every contender does the same work, one after the other, round after round. */
export interface Workload {
  /** Unique, in kebab-case: chosen by `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is done, how often, with what. */
  readonly work: string;
  /** The metrics that are shown, in this order. */
  readonly metrics: readonly string[];
  readonly contenders: Readonly<Record<string, Run>>;
  readonly targets: readonly Target[];
}

export function scaleOf(isQuick: boolean): Scale {
  return { isQuick, count: (full) => (isQuick ? Math.max(1, Math.round(full / QUICK_DIVISOR)) : full) };
}

const QUICK_DIVISOR = 10;
