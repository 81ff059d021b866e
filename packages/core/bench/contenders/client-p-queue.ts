import PQueue from 'p-queue';
import { WORKERS, type JobHandler, type JobQueue } from './client-queue.ts';

/** With its priorities: a higher number goes first there. A promise and a closure for each job. */
export function pQueue(handle: JobHandler): JobQueue {
  const queue = new PQueue({ concurrency: WORKERS });
  return {
    push: (job) => {
      void queue.add(() => handle(job), { priority: -job.priority });
    },
    hold: () => queue.pause(),
    release: () => {
      queue.start();
    },
  };
}
