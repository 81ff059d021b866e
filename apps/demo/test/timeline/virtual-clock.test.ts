import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/timeline/virtual-clock.ts';

test('timers fire in the order of their time, ties as they were set, each with the clock at its own moment', async () => {
  const clock = new VirtualClock(1000);
  const seen: string[] = [];
  const note = (name: string) => (): void => void seen.push(`${name} ${clock.now()}`);
  clock.setTimer(note('late'), 30);
  clock.setTimer(note('first'), 10);
  clock.setTimer(note('second'), 10);
  const cancelled = clock.setTimer(note('never'), 20);
  clock.clearTimer(cancelled);
  expect([clock.isDue(1009), clock.isDue(1010)]).toEqual([false, true]);
  await clock.advanceTo(1020);
  expect(seen).toEqual(['first 1010', 'second 1010']);
  await clock.advanceTo(1100);
  expect(seen.at(-1)).toBe('late 1030');
  expect(clock.now()).toBe(1100);
});

test('what a timer sets off is done before the next one fires', async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  clock.setTimer(() => {
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => {
        seen.push('promise');
        clock.setTimer(() => void seen.push('its timer'), 1);
      });
  }, 1);
  clock.setTimer(() => void seen.push('second'), 5);
  await clock.advanceTo(10);
  expect(seen).toEqual(['promise', 'its timer', 'second']);
});

test('it never goes back', () => {
  const clock = new VirtualClock(50);
  clock.skipTo(10);
  expect(clock.now()).toBe(50);
});
