import type { Metrics } from './workload.ts';

/** Does a number of operations; called several times, the last one is measured. */
export type Operations = (count: number) => void | Promise<void>;

/**
 * CPU time per operation, user and system, of this process with all its threads: garbage collection and compilation included,
 * waiting for the machine excluded.
 */
export async function measureCpu(count: number, run: Operations): Promise<Metrics> {
  collectGarbage();
  // Three unmeasured runs let the compiler settle on what it sees.
  for (let i = 0; i < WARM_UPS; i += 1) await run(Math.ceil(count / WARM_UP_DIVISOR));
  collectYoung();
  const start = process.cpuUsage();
  await run(count);
  const { user, system } = process.cpuUsage(start);
  return { cpuNsPerOperation: ((user + system) * NS_PER_US) / count };
}

/**
 * Empties the heap of what is not needed. Compiled code goes too: only before a warm-up, or where memory is measured, or else the compiler is
 * measured.
 */
export function collectGarbage(): void {
  exposedGc()();
}

/** Empties the young generation, so that what was made before does not have to be collected in what is measured next. */
export function collectYoung(): void {
  exposedGc()({ type: 'minor' });
}

function exposedGc(): NonNullable<typeof globalThis.gc> {
  if (globalThis.gc === undefined) throw new Error('Expected gc(): start the benchmark with node --expose-gc.');
  return globalThis.gc;
}

const WARM_UPS = 3;
const WARM_UP_DIVISOR = 5;
const NS_PER_US = 1000;
