import { PerformanceObserver } from 'node:perf_hooks';

/** The benchmark of one part of the package: it prints its figures. */
export interface BenchPart {
  readonly name: string;
  readonly run: (quick: boolean) => Promise<void>;
}

/** CPU time of the process per call, in nanoseconds. */
export function cpuNs(calls: number, call: () => number): number {
  let sum = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) sum += call();
  const { user, system } = process.cpuUsage(before);
  if (!Number.isFinite(sum)) throw new Error('Expected numbers.');
  return ((user + system) * NS_PER_US) / calls;
}

/** Of several rounds, after one that does not count. */
export function median(rounds: number, measure: () => number): number {
  measure();
  const figures = Array.from({ length: rounds }, measure).toSorted((a, b) => a - b);
  return figures[figures.length >> 1] ?? 0;
}

/** Counts garbage collections until what it returns is called. */
export function countCollections(): () => number {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length;
  });
  globalThis.gc?.();
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    observer.disconnect();
    return count;
  };
}

const NS_PER_US = 1_000;
