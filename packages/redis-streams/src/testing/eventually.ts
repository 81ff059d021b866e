import { setTimeout as delay } from 'node:timers/promises';
import { RedisTestingError } from './testing-error.ts';

const POLL_MS = 25;

/** Asks until the answer is yes; a question that fails counts as no. Rejects with `TOPOLOGY_NOT_READY` after the time given. */
export async function eventually(what: string, timeoutMs: number, ask: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      // One question after the other is the point.
      if (await ask()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(POLL_MS);
  }
  throw new RedisTestingError(
    'TOPOLOGY_NOT_READY',
    `Expected ${what} within ${timeoutMs} ms, it did not come about.`,
    last,
  );
}
