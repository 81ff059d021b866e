import { describe, expect, test } from 'vitest';
import { costReward, deadlineReward, latencyReward, successReward, weightedReward } from '../../src/index.ts';
import { outcome } from '../support/outcome.ts';

const LATE = outcome({ publishedAtMs: 100, waitedMs: 30, handledMs: 20 });

describe('rewards', () => {
  test('latency: minus the milliseconds, and a fixed number of them for what its path lost', () => {
    expect(latencyReward().of(LATE, Infinity)).toBe(-50);
    expect(latencyReward({ givenUpMs: 500 }).of(outcome({ kind: 'deadLettered' }), Infinity)).toBe(-500);
    // It may be due to its path.
    expect(latencyReward({ givenUpMs: 500 }).of(outcome({ kind: 'expired', waitedMs: 3 }), Infinity)).toBe(-500);
  });

  test.each([
    outcome({ kind: 'superseded' }),
    outcome({ kind: 'refused' }),
    outcome({ kind: 'dropped' }),
    outcome({ kind: 'deadLettered', error: { index: 3, code: 'TOO_LARGE', message: 'beyond a megabyte' } }),
    outcome({ kind: 'deadLettered', subscriptionId: 'own', error: new Error('handler') }),
    outcome({ kind: 'unrouted' }),
  ])('what would have ended like that on any path says nothing: $kind', (ended) => {
    for (const reward of [latencyReward(), deadlineReward(), successReward()])
      expect(reward.of(ended, Infinity)).toBeNaN();
  });

  test("deadline: 1 in time, by the message's own expiry or the one that was given", () => {
    expect(deadlineReward().of(LATE, 150)).toBe(1);
    expect(deadlineReward().of(LATE, 149)).toBe(0);
    expect(deadlineReward({ withinMs: 49 }).of(LATE, Infinity)).toBe(0);
    expect(deadlineReward().of(outcome({ kind: 'expired' }), Infinity)).toBe(0);
  });

  test('success: 1, and 0 for what was lost or expired', () => {
    expect(successReward().of(outcome({ kind: 'handled' }), Infinity)).toBe(1);
    expect(successReward().of(outcome({ kind: 'deadLettered' }), Infinity)).toBe(0);
    expect(successReward().of(outcome({ kind: 'expired' }), Infinity)).toBe(0);
  });

  test('cost: of the path taken', () => {
    const reward = costReward({ main: 2.5 });
    expect(reward.of(outcome(), Infinity)).toBe(-2.5);
    expect(reward.of(outcome({ path: 'backup' }), Infinity)).toBe(-0);
  });

  test('several together, by their weights', () => {
    const reward = weightedReward([
      { reward: latencyReward(), weight: 1 },
      { reward: successReward(), weight: 100 },
    ]);
    expect(reward.of(LATE, Infinity)).toBe(50);
    expect(reward.name).toBe('1 latency + 100 success');
  });

  test.each([
    ['givenUpMs', () => latencyReward({ givenUpMs: 0 })],
    ['withinMs', () => deadlineReward({ withinMs: Number.NaN })],
    ['costs.b', () => costReward({ a: 1, b: -1 })],
    ['[0].weight', () => weightedReward([{ reward: successReward(), weight: Infinity }])],
    ['', () => weightedReward([])],
  ])('a wrong option is named: %s', (path, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });
});
