/** Named figures of one run, such as `cpuNsPerOperation`, `latencyP99Us`, `bytesPerMessage` or `longestStallMs`. */
export type Metrics = Readonly<Record<string, number>>;

/** How much work to do. */
export interface Scale {
  /** A tenth of the work, for a look at whether everything still runs: its figures mean little. */
  readonly isQuick: boolean;
  /** The full count, or a tenth of it, at least one. */
  count(full: number): number;
}

/**
 * Does the work once, in a process of its own, and says what it cost.
 *
 * It must check that the work was done (see `expectCount`) and throw when it was not.
 */
export type Contender = (scale: Scale) => Metrics | Promise<Metrics>;

/** What is to be reached. `atMost` bounds the metric itself, or, with `against`, its ratio to the best of these contenders. */
export interface Target {
  readonly metric: string;
  /** The contender that has to reach it. */
  readonly of: string;
  readonly against?: readonly string[] | undefined;
  readonly atMost: number;
  /** Of the metric, for the table: `ns`, `µs`, `bytes`, `ms`. */
  readonly unit: string;
}

/**
 * One question with several answers. A file `workloads/NAME.bench.ts` exports `workloads`, an array of them; the harness finds it by its name.
 *
 * Every contender does the same work. The harness runs each in a fresh process, one after the other, round after round, so that whatever else
 * the machine does meets all of them alike.
 */
export interface Workload {
  /** Unique, in kebab-case: chosen by `--only`. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what is done, how often, with what. */
  readonly work: string;
  readonly contenders: Readonly<Record<string, Contender>>;
  readonly targets: readonly Target[];
}

export function scaleOf(isQuick: boolean): Scale {
  return { isQuick, count: (full) => (isQuick ? Math.max(1, Math.round(full / QUICK_DIVISOR)) : full) };
}

/** Fails the run unless the work was done. */
export function expectCount(what: string, actual: number, expected: number): void {
  if (actual !== expected)
    throw new Error(`Expected ${expected} ${what}, counted ${actual}: this contender did not do the work.`);
}

const QUICK_DIVISOR = 10;
