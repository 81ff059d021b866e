import { expect, test } from 'vitest';
import { runOpenLoop } from '../../src/measuring/open-loop.ts';

const everyMs = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i);

test('sends every message once, in order, not before its time', async () => {
  const sent: number[] = [];
  let earliestMs = Number.POSITIVE_INFINITY;
  const report = await runOpenLoop({
    arrivalsMs: everyMs(40),
    send: (index, intendedAtMs) => {
      sent.push(index);
      earliestMs = Math.min(earliestMs, performance.now() - intendedAtMs);
    },
  });
  expect(sent).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(earliestMs).toBeGreaterThanOrEqual(0);
  expect(report).toMatchObject({ planned: 40, sent: 40 });
});

test('a sender that is kept waiting skips nothing and shows its delay', async () => {
  const delaysMs: number[] = [];
  const report = await runOpenLoop({
    arrivalsMs: everyMs(60),
    send: (index, intendedAtMs) => {
      delaysMs.push(performance.now() - intendedAtMs);
      const untilMs = performance.now() + (index === 10 ? 30 : 0);
      while (performance.now() < untilMs);
    },
  });
  expect(delaysMs).toHaveLength(60);
  // The message after the stall was due a millisecond later, and waited for nearly all of it.
  expect(delaysMs[11]).toBeGreaterThan(25);
  expect(report.longestDelayMs).toBeGreaterThan(25);
});

test('gives up when its patience is over, and says how much it sent', async () => {
  const report = await runOpenLoop({
    arrivalsMs: new Float64Array(5000),
    patienceMs: 5,
    send: (index) => {
      const untilMs = performance.now() + (index % 512 === 0 ? 20 : 0);
      while (performance.now() < untilMs);
    },
  });
  expect(report.sent).toBeLessThan(5000);
  expect(report.sent).toBeGreaterThan(0);
});

test('stops when aborted', async () => {
  const controller = new AbortController();
  const report = await runOpenLoop({
    arrivalsMs: everyMs(10_000),
    signal: controller.signal,
    send: (index) => {
      if (index === 5) controller.abort();
    },
  });
  expect(report.sent).toBeLessThan(100);
});

test('a plan without arrivals is refused', () => {
  expect(() => runOpenLoop({ arrivalsMs: new Float64Array(0), send: () => undefined })).toThrow(/at least one arrival/);
});
