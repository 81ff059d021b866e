import { expect, test } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { settle } from '../../src/testing/settle.ts';

/** Something that comes to rest after so many turns of a clock. */
function flowing(clock: ManualClock, turns: number, name: string, log: string[]) {
  return {
    flush: () =>
      new Promise<void>((resolve) => {
        const next = (left: number): void => {
          if (left > 0) return clock.nextTurn(() => next(left - 1));
          log.push(name);
          resolve();
        };
        next(turns);
      }),
  };
}

test('clients are flushed one after the other while the clock runs, and time stands still', async () => {
  const clock = new ManualClock({ startMs: 5 });
  const log: string[] = [];
  await settle(clock, flowing(clock, 9, 'first', log), flowing(clock, 1, 'second', log));
  expect(log).toEqual(['first', 'second']);
  expect(clock.now()).toBe(5);
});

test('a client that waits for time to pass is an error, not a hang', async () => {
  const clock = new ManualClock();
  const waiting = {
    flush: () =>
      new Promise<void>((resolve) => {
        clock.setTimer(resolve, 10);
      }),
  };
  await expect(settle(clock, waiting)).rejects.toThrow(expect.objectContaining({ code: 'DOES_NOT_SETTLE' }));
});

test('what flush rejects with is passed on', async () => {
  const failing = { flush: () => Promise.reject(new Error('closed')) };
  await expect(settle(failing)).rejects.toThrow('closed');
  await expect(settle(new ManualClock(), failing)).rejects.toThrow('closed');
});
