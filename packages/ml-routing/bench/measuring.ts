import { PerformanceObserver } from 'node:perf_hooks';

/** Fewer rounds and calls: shows that everything works. */
export const quick: boolean = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 9;
const NS_PER_US = 1_000;

/** Nanoseconds of the process's CPU time a call. What is called returns a number, so that it is not left out. */
export function cpuNs(calls: number, call: () => number): number {
  let sum = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) sum += call();
  const { user, system } = process.cpuUsage(before);
  if (!Number.isFinite(sum)) throw new Error('Expected numbers.');
  return ((user + system) * NS_PER_US) / calls;
}

/** The median of several rounds, after one that does not count. */
export function median(measure: () => number): number {
  measure();
  const figures = Array.from({ length: ROUNDS }, measure).toSorted((a, b) => a - b);
  return figures[figures.length >> 1] ?? 0;
}

/** Garbage collections from now on, until the returned function is called. */
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
