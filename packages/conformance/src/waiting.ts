import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves as soon as `holds` does; rejects when it still does not after `withinMs`. */
export async function eventually(what: string, holds: () => boolean, withinMs: number): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadlineMs) assert.fail(`expected within ${withinMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}

/** Rejects when `work` has not settled after `withinMs`: otherwise a part that hangs would hang its suite. */
export async function settledWithin<T>(what: string, work: PromiseLike<T>, withinMs: number): Promise<T> {
  const stop = new AbortController();
  const tooLate = sleep(withinMs, undefined, { signal: stop.signal }).then(() =>
    assert.fail(`expected to settle within ${withinMs} ms: ${what}`),
  );
  // Whichever loses the race: its rejection is nobody's.
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    stop.abort();
  }
}

/** The error that `work` rejects with; rejects when it does not. */
export async function rejectionOf(what: string, work: Promise<unknown>, withinMs: number): Promise<unknown> {
  const outcome = work.then(
    () => assert.fail(`expected a rejection: ${what}`),
    (error: unknown) => ({ error }),
  );
  return (await settledWithin(what, outcome, withinMs)).error;
}

const POLL_MS = 2;
