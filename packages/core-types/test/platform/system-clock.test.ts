import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/platform/system-clock.ts';

function timer(delayMs: number): Promise<number> {
  const start = performance.now();
  return new Promise((resolve) => {
    systemClock.setTimer(() => resolve(performance.now() - start), delayMs);
  });
}

test('now is the time of the epoch, and never goes backwards', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
  let last = systemClock.now();
  for (let i = 0; i < 10_000; i += 1) {
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

test('a timer never fires before its delay has passed', async () => {
  const delays = Array.from({ length: 40 }, (_, i) => 1 + i * 0.37);
  const elapsed = await Promise.all(delays.map(timer));
  for (const [i, delayMs] of delays.entries()) expect(elapsed[i]).toBeGreaterThanOrEqual(delayMs);
});

test('a delay beyond the 32 bits of Node waits instead of firing at once', async () => {
  let fired = false;
  const long = systemClock.setTimer(
    () => {
      fired = true;
    },
    2 ** 31 + 1_000,
  );
  await timer(20);
  systemClock.clearTimer(long);
  expect(fired).toBe(false);
});

test('a cleared timer does not fire, and clearing it again does nothing', async () => {
  let fired = false;
  const cleared = systemClock.setTimer(() => {
    fired = true;
  }, 1);
  systemClock.clearTimer(cleared);
  systemClock.clearTimer(cleared);
  await timer(10);
  expect(fired).toBe(false);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('a delay of %s is refused', (delayMs) => {
  expect(() => systemClock.setTimer(() => undefined, delayMs)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS' }),
  );
});

test('a microtask runs before the next turn, and a turn after it', async () => {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    systemClock.nextTurn(() => {
      order.push('turn');
      resolve();
    });
    systemClock.microtask(() => order.push('microtask'));
    order.push('code');
  });
  expect(order).toEqual(['code', 'microtask', 'turn']);
});

test('a background timer does not keep the process alive, another timer and a turn do', async () => {
  const program = `
    const { systemClock } = await import(${JSON.stringify(new URL('../../src/platform/system-clock.ts', import.meta.url).href)});
    systemClock.setTimer(() => console.log('background'), 60_000, { background: true });
    systemClock.setTimer(() => console.log('timer'), 50);
    systemClock.nextTurn(() => console.log('turn'));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@tradewind/source', '--input-type=module', '--eval', program],
    { timeout: 20_000 },
  );
  expect(stdout).toBe('turn\ntimer\n');
});
