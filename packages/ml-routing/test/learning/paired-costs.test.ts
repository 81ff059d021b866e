import type { SchedulingEvent } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { Dice } from '../../eval/random.ts';
import { PairedCosts } from '../../src/learning/paired-costs.ts';
import { QLearningRouter } from '../../src/index.ts';
import { collected } from '../support/collected.ts';

const LOGS = 4_000;

describe('the interval of a gain', () => {
  test.each([9, 10, 20, 60])('of %i blocks holds the true one about 95 times in a hundred', (blocks) => {
    const dice = new Dice(blocks);
    let holds = 0;
    for (let log = 0; log < LOGS; log += 1) {
      const costs = new PairedCosts(2, 0.99);
      for (let block = 0; block < blocks; block += 1) costs.observe([90 + 5 * dice.normal(), 100]);
      const { low, high } = costs.estimate(0, 1);
      if (low <= 0.1 && high >= 0.1) holds += 1;
    }
    // Four standard deviations of a share of 4,000 are 1.4 points.
    expect(holds / LOGS).toBeGreaterThan(0.936);
    expect(holds / LOGS).toBeLessThan(0.97);
  });

  test('has no bounds while fewer than eight blocks are known', () => {
    const dice = new Dice(1);
    const costs = new PairedCosts(2, 0.99);
    for (let block = 0; block < 8; block += 1) {
      expect(costs.estimate(0, 1)).toMatchObject({ low: -Infinity, high: Infinity });
      costs.observe([90 + dice.normal(), 100]);
    }
    // Eight that weigh a little less each are not quite worth eight.
    costs.observe([90, 100]);
    expect(costs.estimate(0, 1).low).toBeGreaterThan(0);
  });

  test('is a point where both sides are always the same', () => {
    const costs = new PairedCosts(2, 1);
    for (let block = 0; block < 10; block += 1) costs.observe([100 + block, 100 + block]);
    expect(costs.estimate(0, 1)).toEqual({ value: 0, low: 0, high: 0, standardError: 0 });
  });
});

/** So many pairs of messages, of which the second waits for the first. */
function serve(router: QLearningRouter, pairs: number): void {
  const step = (kind: SchedulingEvent['kind'], ticket: number, atMs: number): void =>
    router.observe({
      kind,
      lane: 2,
      ticket,
      topicId: 1,
      topic: 't',
      declaredPriority: 2,
      deadlineMs: Infinity,
      atMs,
      waitedMs: 1,
      servedMs: 1,
      ok: true,
    });
  for (let pair = 1; pair <= pairs; pair += 1) {
    const [first, second, atMs] = [2 * pair, 2 * pair + 1, 1_000 + 4 * pair];
    step('arrival', first, atMs);
    step('arrival', second, atMs);
    step('start', first, atMs);
    step('end', first, atMs + 1);
    step('start', second, atMs + 1);
    step('end', second, atMs + 2);
  }
}

test('a router tells and exports the bounds of its gain once they are known, and none before', () => {
  const router = new QLearningRouter({ workers: 1 });
  const bounds = (): readonly string[] =>
    Object.keys(collected(router)).filter((name) => name.startsWith('tradewind_ml_scheduling_gain_ratio'));
  expect(router.gain()).toEqual({ saved: 0, from: -Infinity, to: Infinity, blocks: 0 });
  expect(bounds()).toEqual(['tradewind_ml_scheduling_gain_ratio{bound=estimate}']);
  serve(router, 3_000);
  expect(router.gain().blocks).toBeGreaterThan(8);
  expect(Number.isFinite(router.gain().to)).toBe(true);
  expect(bounds()).toHaveLength(3);
});
