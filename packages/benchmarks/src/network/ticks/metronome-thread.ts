// Wakes its parent at each beat, to the tenth of a millisecond and without spinning: a wait on shared memory may block a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { nowUs } from './shared-clock.ts';

/** What the thread is given. */
export interface Beat {
  /** The first beat, by `nowUs`. */
  readonly startUs: number;
  readonly everyUs: number;
  /** [0] is 1 while the parent has a beat to answer: a parent that is busy finds one waiting, not a thousand. [1] is only waited on. */
  readonly shared: Int32Array;
}

const PENDING = 0;
const PAUSE = 1;
const US_PER_MS = 1000;

const { startUs, everyUs, shared } = workerData as Beat;
for (let dueUs = startUs; ; dueUs += everyUs) {
  const restUs = dueUs - nowUs();
  if (restUs > 0) Atomics.wait(shared, PAUSE, 0, restUs / US_PER_MS);
  // A beat that is long past is as good as the one after it.
  else dueUs += Math.floor(-restUs / everyUs) * everyUs;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port to a thread has no origin
  if (Atomics.exchange(shared, PENDING, 1) === 0) parentPort?.postMessage(undefined);
}
