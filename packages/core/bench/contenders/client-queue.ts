import type { Job } from '../fixtures/client-jobs.ts';

/** What the contenders of the client workloads have in common: a queue in front of one handler, run by 50 workers. */
export interface JobQueue {
  push(job: Job): void;
  /** From now on jobs gather. */
  hold(): void;
  /** Starts working on what has gathered. */
  release(): void;
}

/** Returns a promise where the job takes longer than the call. */
export type JobHandler = (job: Job) => unknown;

export const WORKERS = 50;
