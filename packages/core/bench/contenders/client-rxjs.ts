import { EMPTY, Subject, asapScheduler, mergeMap, observeOn } from 'rxjs';
import type { Job } from '../fixtures/client-jobs.ts';
import { WORKERS, type JobHandler } from './client-queue.ts';

/** It buffers what comes while 50 handlers run, and cannot be held. */
export interface JobSubject {
  push(job: Job): void;
}

export function rxjsMergeMap(handle: (job: Job) => Promise<void>): JobSubject {
  const subject = new Subject<Job>();
  subject.pipe(mergeMap(handle, WORKERS)).subscribe();
  return { push: (job) => subject.next(job) };
}

/** A synchronous handler, put off by the scheduler so that it never runs inside `next`. */
export function rxjsDeferred(handle: JobHandler): JobSubject {
  const subject = new Subject<Job>();
  const run = (job: Job): typeof EMPTY => {
    handle(job);
    return EMPTY;
  };
  subject.pipe(observeOn(asapScheduler), mergeMap(run, WORKERS)).subscribe();
  return { push: (job) => subject.next(job) };
}
