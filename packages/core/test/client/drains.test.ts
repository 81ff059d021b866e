import { expect, test } from 'vitest';
import { Drains } from '../../src/client/draining/drains.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

const SETTINGS = { sliceMs: 1, flushIntervalMs: 0, highWaterRatio: 1, closing: false };
const RETRY = { maxAttempts: 1, initialDelayMs: 0, multiplier: 1, maxDelayMs: 0, jitter: 0 };

function makeDrains(work: () => void) {
  const clock = new ManualClock();
  const log: string[] = [];
  const drains = new Drains({
    clock,
    settings: { ...SETTINGS, retry: RETRY },
    inContext: (run) => run(),
    drain: () => {
      const began = drains.begin(clock.now());
      log.push(began ? 'drained' : 'put off');
      if (began) work();
    },
  });
  return { clock, drains, log };
}

test('a drain comes at the end of the current code, once however often it was asked for', async () => {
  const { clock, drains, log } = makeDrains(() => undefined);
  drains.soon();
  drains.soon();
  expect(log).toEqual([]);
  expect(drains.isImminent).toBe(true);
  await Promise.resolve();
  expect(log).toEqual(['drained']);
  expect(drains.isImminent).toBe(false);
  await clock.settle();
  expect(log).toEqual(['drained']);
});

test('drains that ask for each other in microtasks get two slices of a turn, then the event loop goes on', async () => {
  let rounds = 0;
  const { clock, drains, log } = makeDrains(() => {
    rounds += 1;
    clock.elapse(0.4);
    if (rounds < 50) drains.soon();
  });
  drains.soon();
  // Microtasks alone: the clock's turns do not come.
  for (let i = 0; i < 200; i += 1) await Promise.resolve();
  expect(log.at(-1)).toBe('put off');
  const within = log.filter((entry) => entry === 'drained').length;
  expect(within * 0.4).toBeLessThanOrEqual(2 * 1 + 2 * 0.4);
  expect(clock.pending().turns).toBeGreaterThan(0);
  await clock.settle();
  expect(rounds).toBe(50);
});

test('a new turn has its whole slice', async () => {
  const { clock, drains } = makeDrains(() => undefined);
  drains.nextTurn();
  await clock.settle();
  expect(drains.isOver(clock.now())).toBe(false);
  clock.elapse(0.9);
  expect(drains.isOver(clock.now())).toBe(false);
  clock.elapse(0.1);
  expect(drains.isOver(clock.now())).toBe(true);
});

test('a client that drains once in a while never waits for a turn', async () => {
  const { clock, drains, log } = makeDrains(() => undefined);
  for (let i = 0; i < 20; i += 1) {
    clock.elapse(5);
    drains.soon();
    await Promise.resolve();
    await clock.settle();
  }
  expect(log).toEqual(Array.from({ length: 20 }, () => 'drained'));
});
