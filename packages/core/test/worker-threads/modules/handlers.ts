import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import type { ThreadMeta } from '../../../src/worker-threads/thread-task.ts';

/** Threads share no memory with the test: they report through a shared array. */
export interface Task {
  readonly shared: Int32Array;
  readonly fail?: string;
}

/** Slot 0 counts the calls, slot 1 has the thread's id. */
export function handler({ shared }: Task, meta: ThreadMeta): void {
  Atomics.add(shared, 0, 1);
  Atomics.store(shared, 1, threadId);
  Atomics.store(shared, 2, meta.topic.length);
  Atomics.store(shared, 3, meta.deliveryCount ?? -1);
}

export async function slow({ shared }: Task): Promise<void> {
  Atomics.add(shared, 0, 1);
  await sleep(50);
  Atomics.add(shared, 1, 1);
}

export function failing({ fail = '' }: Task): void {
  throw Object.assign(new RangeError(fail), { code: 'TOO_WIDE' });
}

export function throwingText(): void {
  // oxlint-disable-next-line typescript/only-throw-error -- handlers of others may
  throw 'just text';
}

/** Ends its thread the first two times. */
export function crashing({ shared }: Task): void {
  if (Atomics.add(shared, 0, 1) < 2) process.exit(7);
}

export function leaking({ shared }: Task): Promise<void> {
  Atomics.add(shared, 0, 1);
  setTimeout(() => {
    throw new Error('nobody waits for this');
  }, 1);
  return sleep(1_000);
}

export function endless({ shared }: Task): void {
  Atomics.add(shared, 0, 1);
  for (;;) Atomics.load(shared, 0);
}

export function returningFunction(): () => number {
  return () => 1;
}

export const notFunction = 1;
