import fastq from 'fastq';
import type { Job } from '../fixtures/client-jobs.ts';
import { WORKERS, type JobHandler, type JobQueue } from './client-queue.ts';

/** Does a job and calls back when it is done: what fastq is made for, without any promise. */
export type CallbackHandler = (job: Job, done: () => void) => void;

/** The callback form of fastq. */
export function fastqCallbacks(handle: CallbackHandler): JobQueue {
  const queue = fastq<unknown, Job>((job, done) => handle(job, () => done(null)), WORKERS);
  return controls(queue, (job) => queue.push(job));
}

/** The callback form of fastq around a handler that returns a promise. */
export function fastqPromisedHandler(handle: (job: Job) => Promise<void>): JobQueue {
  const queue = fastq<unknown, Job>((job, done) => {
    // Turning a promise into a callback is what its users write here.
    // oxlint-disable-next-line promise/no-callback-in-promise
    handle(job).then(() => done(null), done);
  }, WORKERS);
  return controls(queue, (job) => queue.push(job));
}

/** The callback form of fastq around a synchronous handler, which runs inside `push` while a worker is free: nothing is queued then. */
export function fastqInsidePush(handle: JobHandler): JobQueue {
  const queue = fastq<unknown, Job>((job, done) => {
    handle(job);
    done(null);
  }, WORKERS);
  return controls(queue, (job) => queue.push(job));
}

/** The callback form of fastq around a synchronous handler, deferred job by job, so that it never runs inside `push`. */
export function fastqDeferred(handle: JobHandler): JobQueue {
  const queue = fastq<unknown, Job>((job, done) => {
    queueMicrotask(() => {
      handle(job);
      done(null);
    });
  }, WORKERS);
  return controls(queue, (job) => queue.push(job));
}

/** The promise form of fastq, a promise for each job. */
export function fastqPromise(handle: (job: Job) => Promise<void>): JobQueue {
  const queue = fastq.promise<unknown, Job>(handle, WORKERS);
  return controls(queue, (job) => {
    void queue.push(job);
  });
}

function controls(queue: { pause(): void; resume(): void }, push: (job: Job) => void): JobQueue {
  return { push, hold: () => queue.pause(), release: () => queue.resume() };
}
