import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The processors that a child can be pinned to, by number: those that this process may use. None where the system has no `taskset` (of
 * util-linux, so on Linux alone) or does not say: then the scheduler places the children, and figures scatter more.
 */
export function pinnableCpus(): readonly number[] {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    const cpus = parseCpuList(list);
    execFileSync('taskset', ['-c', String(cpus[0]), 'true'], { stdio: 'ignore' });
    return cpus;
  } catch {
    // No /proc, no taskset, or no right to use it.
    return [];
  }
}

/** `0-2,5` is 0, 1, 2 and 5. */
export function parseCpuList(list: string): readonly number[] {
  return list
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}
