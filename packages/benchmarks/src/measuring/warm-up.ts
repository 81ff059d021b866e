/** When a program counts as warm. */
export interface WarmUpOptions {
  /** Runs that must be alike in a row. Default 3. */
  readonly window?: number | undefined;
  /** How far they may be apart, as a ratio of the fastest. Default 0.1. */
  readonly tolerance?: number | undefined;
  /** No fewer runs than this: a compiler may pause between two of its steps, and look settled. Default 3. */
  readonly minRuns?: number | undefined;
  /** No less CPU time than this in all, in milliseconds, where runs are of no fixed length. Default 0. */
  readonly minCpuMs?: number | undefined;
  /** Gives up after so many runs: a noisy machine never gets steady. Default 12. */
  readonly maxRuns?: number | undefined;
  /** Gives up after so much CPU time in all, in milliseconds, where a run may be long. Default: no bound. */
  readonly maxCpuMs?: number | undefined;
}

/** How a warm-up went. */
export interface WarmUpReport {
  readonly runs: number;
  /** Whether the last runs took the same CPU time, within the tolerance. */
  readonly isSteady: boolean;
}

/**
 * Runs something unmeasured until the compiler has settled on what it sees: until its CPU time is steady over a few runs. A run that returns
 * how many operations it did is judged by the CPU time of one.
 */
export async function warmUp(
  run: () => number | void | Promise<number | void>,
  options: WarmUpOptions = {},
): Promise<WarmUpReport> {
  const { window = 3, tolerance = 0.1, minRuns = 3, minCpuMs = 0, maxRuns = 12 } = options;
  const maxCpuMs = options.maxCpuMs ?? Number.POSITIVE_INFINITY;
  const costs: number[] = [];
  let usedUs = 0;
  for (let runs = 1; runs <= maxRuns; runs += 1) {
    const before = process.cpuUsage();
    // One after the other is the point.
    const operations = (await run()) ?? 1;
    const { user, system } = process.cpuUsage(before);
    usedUs += user + system;
    costs.push((user + system) / operations);
    const last = costs.slice(-window);
    const isEnough = runs >= minRuns && usedUs >= minCpuMs * US_PER_MS && last.length === window;
    if (isEnough && Math.max(...last) <= Math.min(...last) * (1 + tolerance)) {
      return { runs, isSteady: true };
    }
    if (usedUs >= maxCpuMs * US_PER_MS) return { runs, isSteady: false };
  }
  return { runs: maxRuns, isSteady: false };
}

const US_PER_MS = 1000;
