import { expect, test } from 'vitest';
import { weightedScheduler } from '../../src/routing/weighted-scheduler.ts';

const full = { depth: () => 9, runnable: () => 9, topicId: () => 1, arrivedAtMs: () => 0, deadlineMs: () => Infinity };

test('it gives each lane at least its share', () => {
  const scheduler = weightedScheduler([0.4, 0.3, 0.2, 0.1]);
  const picks = [0, 0, 0, 0];
  for (let i = 0; i < 1_000; i += 1) {
    const pick = scheduler.pick(full, i);
    picks[pick] = (picks[pick] ?? 0) + 1;
  }
  for (const [lane, share] of [0.4, 0.3, 0.2, 0.1].entries())
    expect(picks[lane]).toBeGreaterThanOrEqual(share * 1_000 - 3);
});

test('shares that cannot be are refused, all at once', () => {
  expect(() => weightedScheduler([2, Number.NaN, 0.1, -1])).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'shares.CRITICAL', expected: 'a number from 0 to 1', received: '2' },
        { path: 'shares.HIGH', expected: 'a number from 0 to 1', received: 'NaN' },
        { path: 'shares.LOW', expected: 'a number from 0 to 1', received: '-1' },
      ],
    }),
  );
  expect(() => weightedScheduler([0.7, 0.2, 0.2, 0.2])).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'shares' }),
  );
  expect(() => weightedScheduler([0.1, 0.2, 0.3, 0.4])).not.toThrow();
});
