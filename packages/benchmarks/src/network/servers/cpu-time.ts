import { readFileSync } from 'node:fs';

/** Of Linux, for `/proc/PID/stat`: the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
const US_PER_SECOND = 1e6;
/** Where the fields of user and system time stand, counted behind the name. */
const USER = 11;
const SYSTEM = 12;

/** User and system time of another process so far, in microseconds, in steps of 10 ms; NaN where the system does not tell it. */
export function cpuTimeUs(pid: number | undefined): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return Number.NaN;
  }
  // The name, in brackets, may hold blanks: the fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[USER]) + Number(fields[SYSTEM])) * US_PER_SECOND) / TICKS_PER_SECOND;
}
