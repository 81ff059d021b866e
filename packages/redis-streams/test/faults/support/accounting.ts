import { setTimeout as delay } from 'node:timers/promises';
import type { FaultBench } from './fault-bench.ts';
import { missingOf } from './handled-log.ts';
import { reportedLoss } from './losses.ts';
import type { ProgramProcess } from './program-process.ts';

/**
 * Resolves with what was never handled, once the consumer reports just as many as lost and nothing has changed for a while. That the two agree at one
 * moment proves nothing: what is late may still come, and what is reported may still grow.
 */
export async function untilAccounted(
  bench: FaultBench,
  consumer: ProgramProcess,
  count: number,
): Promise<readonly number[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let agreed = 0;
  let seen = '';
  for (;;) {
    const handled = bench.handled();
    const missing = missingOf(handled.distinct, count);
    const lost = reportedLoss(await consumer.ask({ kind: 'report' }, 'report'));
    const state = `${handled.numbers.length} ${missing.length} ${lost}`;
    agreed = missing.length === lost && state === seen ? agreed + 1 : 0;
    if (agreed >= LOOKS) return missing;
    seen = state;
    if (performance.now() > deadline)
      throw new Error(`Expected as many lost as missing: ${lost} reported, ${missing.length} missing.`);
    await delay(LOOK_MS);
  }
}

const PATIENCE_MS = 90_000;
const LOOK_MS = 100;
/** So many times in a row everything has to be as it was. */
const LOOKS = 20;
