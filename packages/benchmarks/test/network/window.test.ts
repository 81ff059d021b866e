import { expect, test } from 'vitest';
import { MOST_AT_ONCE, Window } from '../../src/network/contenders/flooding.ts';

test('ticks are stored in their order, so many at once, and the rest as there is room', async () => {
  const stored: number[] = [];
  const waiting: (() => void)[] = [];
  const window = new Window((n) => {
    stored.push(n);
    return new Promise<void>((resolve) => waiting.push(resolve));
  });
  const count = MOST_AT_ONCE + 500;
  for (let n = 0; n < count; n += 1) window.offer(n);
  expect(stored).toHaveLength(MOST_AT_ONCE);
  let isSettled = false;
  const settled = window.settled().then(() => (isSettled = true));
  for (const resolve of waiting.splice(0, 300)) resolve();
  await new Promise(setImmediate);
  expect(stored).toHaveLength(MOST_AT_ONCE + 300);
  expect(isSettled).toBe(false);
  while (waiting.length > 0) {
    for (const resolve of waiting.splice(0)) resolve();
    await new Promise(setImmediate);
  }
  await settled;
  expect(stored).toEqual(Array.from({ length: count }, (_, n) => n));
});

test('a tick that is not stored fails the settling', async () => {
  const window = new Window((n) => (n === 1 ? Promise.reject(new Error('no room')) : Promise.resolve()));
  window.offer(0);
  window.offer(1);
  await expect(window.settled()).rejects.toThrow('no room');
});
