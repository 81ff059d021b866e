import { PRIORITIES, Priority, type LanesView } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_SHARES,
  WeightedScheduler,
  weightedScheduler,
  type LaneShares,
} from '../../src/client/lanes/weighted-scheduler.ts';

/** Lanes that hold nothing but numbers of messages. */
class CountedLanes implements LanesView {
  readonly counts: number[];

  constructor(counts: readonly number[]) {
    this.counts = [...counts];
  }

  depth(lane: Priority): number {
    return this.counts[lane] ?? 0;
  }

  runnable(lane: Priority): number {
    return this.counts[lane] ?? 0;
  }

  topicId(): number {
    return 0;
  }

  arrivedAtMs(): number {
    return 0;
  }

  deadlineMs(): number {
    return Infinity;
  }
}

const sharesArbitrary: fc.Arbitrary<LaneShares> = fc
  .tuple(fc.nat(100), fc.nat(100), fc.nat(100), fc.nat(100))
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const total = parts.reduce((sum, part) => sum + part, 0);
    return parts.map((part) => part / total) as unknown as LaneShares;
  });

test('picks only lanes with work, and CRITICAL first among those that are owed nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)), { maxLength: 200 }), (rounds) => {
      const scheduler = new WeightedScheduler();
      for (const counts of rounds) {
        if (counts.every((count) => count === 0)) continue;
        const lane = scheduler.pick(new CountedLanes(counts), 0);
        expect(counts[lane]).toBeGreaterThan(0);
      }
    }),
    { seed: 1_700_000_017 },
  );
});

test('with empty accounts the most urgent lane is picked', () => {
  for (const counts of [
    [1, 1, 1, 1],
    [0, 1, 1, 1],
    [0, 0, 1, 1],
  ]) {
    expect(new WeightedScheduler().pick(new CountedLanes(counts), 0)).toBe(counts.indexOf(1));
  }
});

test('every lane that has work gets its share of any run of picks, within three', () => {
  fc.assert(
    fc.property(
      sharesArbitrary,
      fc.subarray([...PRIORITIES], { minLength: 2 }),
      fc.integer({ min: 1, max: 2_000 }),
      (shares, busy, picks) => {
        const scheduler = new WeightedScheduler(shares);
        const lanes = new CountedLanes(PRIORITIES.map((lane) => (busy.includes(lane) ? 1 : 0)));
        const served = [0, 0, 0, 0];
        for (let i = 1; i <= picks; i += 1) {
          const lane = scheduler.pick(lanes, 0);
          served[lane] = (served[lane] ?? 0) + 1;
          for (const each of busy) {
            expect(served[each], `lane ${each} after ${i} picks`).toBeGreaterThanOrEqual(
              Math.floor(i * shares[each] - 1e-6) - 3,
            );
          }
        }
      },
    ),
    { numRuns: 60, seed: 1_700_000_018 },
  );
});

/** The lanes with work at each pick: runs of picks, each with other lanes. */
const comingAndGoing = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 8 })), { minLength: 2, maxLength: 12 })
  .map((runs) => runs.flatMap(([mask, picks]) => Array.from({ length: picks }, () => mask)))
  .chain((cycle) => fc.integer({ min: 1, max: 40 }).map((times) => Array.from({ length: times }, () => cycle).flat()));

test('a lane that always has work gets its share of any run of picks while the others come and go', () => {
  fc.assert(
    fc.property(sharesArbitrary, fc.constantFrom(...PRIORITIES), comingAndGoing, (shares, busy, masks) => {
      const scheduler = new WeightedScheduler(shares);
      let ahead = 0;
      let mostAhead = 0;
      let furthestBehind = 0;
      for (const mask of masks) {
        ahead += (scheduler.pickFrom(mask | (1 << busy)) === busy ? 1 : 0) - shares[busy];
        furthestBehind = Math.max(furthestBehind, mostAhead - ahead);
        mostAhead = Math.max(mostAhead, ahead);
      }
      // Served at least floor(n * share) - 3 times in the n picks since it was furthest ahead is: behind by less than 4.
      expect(furthestBehind).toBeLessThan(4);
    }),
    { numRuns: 2_000, seed: 11 },
  );
});

test('the most urgent lane that is passed over saves its share too: a more urgent one that comes and goes takes nothing from it', () => {
  const scheduler = new WeightedScheduler([0.1, 0.3, 0.3, 0.3]);
  let served = 0;
  for (let i = 0; i < 1_000; i += 1) {
    const mask = i % 5 < 3 ? 0b1111 : 0b1110;
    if (scheduler.pickFrom(mask) === Priority.HIGH) served += 1;
  }
  expect(served).toBeGreaterThanOrEqual(297);
});

test('with the default shares at most three picks in a row go to lanes below CRITICAL while that has work', () => {
  fc.assert(
    fc.property(comingAndGoing, (masks) => {
      const scheduler = new WeightedScheduler();
      let inARow = 0;
      let longest = 0;
      for (const mask of masks) {
        const hasCritical = (mask & (1 << Priority.CRITICAL)) !== 0;
        inARow = scheduler.pickFrom(mask) === Priority.CRITICAL || !hasCritical ? 0 : inARow + 1;
        longest = Math.max(longest, inARow);
      }
      expect(longest).toBeLessThanOrEqual(3);
    }),
    { numRuns: 2_000, seed: 12 },
  );
});

test('shares may be changed at any time and hold from the next pick on', () => {
  const scheduler = new WeightedScheduler();
  expect(scheduler.shares).toBe(DEFAULT_SHARES);
  const lanes = new CountedLanes([1, 0, 0, 1]);
  scheduler.shares = [0.5, 0, 0, 0.5];
  const picks = Array.from({ length: 1_000 }, () => scheduler.pick(lanes, 0));
  expect(picks.filter((lane) => lane === Priority.LOW).length).toBeGreaterThanOrEqual(497);
});

test('a lane without work saves nothing for later', () => {
  const scheduler = new WeightedScheduler([0.5, 0, 0, 0.5]);
  for (let i = 0; i < 100; i += 1) scheduler.pick(new CountedLanes([1, 1, 0, 0]), 0);
  const picks = Array.from({ length: 10 }, () => scheduler.pick(new CountedLanes([1, 0, 0, 1]), 0));
  expect(picks.filter((lane) => lane === Priority.LOW)).toHaveLength(5);
});

test('weightedScheduler gives each lane at least its share', () => {
  const scheduler = weightedScheduler([0.4, 0.3, 0.2, 0.1]);
  const picks = [0, 0, 0, 0];
  for (let i = 0; i < 1_000; i += 1) {
    const pick = scheduler.pick(new CountedLanes([9, 9, 9, 9]), i);
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
  for (const shares of [null, [1], {}, 'even']) {
    expect(() => weightedScheduler(shares as unknown as LaneShares)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'shares' }),
    );
  }
  expect(() => weightedScheduler([0.1, 0.2, 0.3, 0.4])).not.toThrow();
});
