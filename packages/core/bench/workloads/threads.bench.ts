import { availableParallelism } from 'node:os';
import { openThreadPool } from '../../src/worker-threads/index.ts';
import { handler } from '../fixtures/value-at-risk.ts';
import { expectCount, type Contender, type Metrics, type Workload } from '../../../../tooling/bench/workload.ts';

/** Enough that no thread waits for the next message to be copied. */
const IN_FLIGHT = 32;
const MESSAGES = 2_000;
const WARM_UP = 100;
const MODULE = new URL('../fixtures/value-at-risk.ts', import.meta.url);

/** Wall time counts here: threads do not make the work less, they do more of it at once. */
async function measure(count: number, handle: (seed: number) => Promise<void>): Promise<Metrics> {
  await inFlight(WARM_UP, handle);
  const start = performance.now();
  const handled = await inFlight(count, handle);
  const elapsedMs = performance.now() - start;
  expectCount('messages handled', handled, count);
  return { messagesPerSecond: (count / elapsedMs) * 1_000, wallUsPerMessage: (elapsedMs / count) * 1_000 };
}

async function inFlight(count: number, handle: (seed: number) => Promise<void>): Promise<number> {
  let started = 0;
  let handled = 0;
  async function lane(): Promise<void> {
    while (started < count) {
      started += 1;
      // The next message of this lane follows the one before it.
      await handle(started);
      handled += 1;
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return handled;
}

const mainThread: Contender = (scale) =>
  measure(scale.count(MESSAGES), async (seed) => {
    handler({ seed });
  });

function pooled(threads: number): Contender {
  return async (scale) => {
    const pool = await openThreadPool<{ readonly seed: number }>({ module: MODULE, threads });
    const metrics = await measure(scale.count(MESSAGES), (seed) =>
      pool.handler({ seed }, { topic: 'events.position.desk' }),
    );
    await pool.close();
    return metrics;
  };
}

const cores = availableParallelism();
const curve = Array.from({ length: cores }, (_, i): [string, Contender] => [
  `${i + 1} ${i === 0 ? 'thread' : 'threads'}`,
  pooled(i + 1),
]);

export const workloads: readonly Workload[] = [
  {
    name: 'threads',
    title: 'CPU-bound handler in worker threads',
    work:
      `A handler that computes for about a millisecond, ${MESSAGES} messages, ${IN_FLIGHT} in flight: on the main thread, and in pools of 1 to ` +
      `${cores} threads, as many as this machine runs at once; on two cores the curve is short. Wall time; the main thread takes part with copying.`,
    contenders: { 'main thread': mainThread, ...Object.fromEntries(curve) },
    targets: [],
  },
];
