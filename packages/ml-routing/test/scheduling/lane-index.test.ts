import * as fc from 'fast-check';
import { PRIORITIES, type LanesView, type Priority } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { CostBook, type CostRule } from '../../src/scheduling/cost-rule.ts';
import { LaneIndex } from '../../src/scheduling/lane-index.ts';
import { TopicBook } from '../../src/scheduling/topic-book.ts';

interface Waiting {
  readonly topicId: number;
  readonly arrivedAtMs?: number;
  readonly deadlineMs?: number;
}

const INDEX = { name: 'index', prefix: 6, foresight: 8, corrects: false };
const NOW_MS = 1_000;

/** Topics 1, 2, … declared NORMAL, with the given costs and expected times. */
function makeIndex(topics: readonly (Omit<CostRule, 'pattern'> & { readonly meanMs: number })[]): LaneIndex {
  const rules = topics.map(({ perMs, perMsSquared, missed }, at) => ({
    pattern: `t${at + 1}`,
    perMs,
    perMsSquared,
    missed,
  }));
  const book = new TopicBook(new CostBook(rules), 64);
  for (const [at, { meanMs }] of topics.entries()) {
    const row = book.arrive(at + 1, `t${at + 1}`, 2);
    book.times.meanMs[row] = meanMs;
  }
  return new LaneIndex(book);
}

function lanesOf(lanes: Partial<Record<Priority, readonly Waiting[]>>): LanesView {
  return {
    depth: (lane) => lanes[lane]?.length ?? 0,
    runnable: (lane) => lanes[lane]?.length ?? 0,
    topicId: (lane, k) => lanes[lane]?.[k]?.topicId ?? 0,
    arrivedAtMs: (lane, k) => lanes[lane]?.[k]?.arrivedAtMs ?? NOW_MS,
    deadlineMs: (lane, k) => lanes[lane]?.[k]?.deadlineMs ?? Infinity,
  };
}

describe('the structured index', () => {
  test('for single messages of linear cost it is the c-mu rule', () => {
    const topic = fc.record({
      perMs: fc.double({ min: 0.1, max: 100, noNaN: true }),
      meanMs: fc.double({ min: 0.1, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(topic, topic, topic, (high, normal, low) => {
        const index = makeIndex([high, normal, low]);
        const lane = index.choose(
          INDEX,
          lanesOf({ 1: [{ topicId: 1 }], 2: [{ topicId: 2 }], 3: [{ topicId: 3 }] }),
          NOW_MS,
        );
        const worth = [high, normal, low].map(({ perMs, meanMs }) => perMs / meanMs);
        expect(worth[lane - 1]).toBeCloseTo(Math.max(...worth), 6);
      }),
    );
  });

  test('looks past a cheap head at the dear message behind it', () => {
    const index = makeIndex([
      { perMs: 1, meanMs: 1 },
      { perMs: 100, meanMs: 1 },
      { perMs: 10, meanMs: 1 },
    ]);
    const lanes = lanesOf({ 2: [{ topicId: 1 }, { topicId: 2 }], 1: [{ topicId: 3 }] });
    expect(index.choose(INDEX, lanes, NOW_MS)).toBe(2);
    expect(index.choose({ ...INDEX, prefix: 1 }, lanes, NOW_MS)).toBe(1);
  });

  test('a convex cost grows with the time waited', () => {
    const index = makeIndex([
      { perMs: 1, perMsSquared: 1, meanMs: 1 },
      { perMs: 50, meanMs: 1 },
    ]);
    const waiting = (sinceMs: number): LanesView =>
      lanesOf({ 2: [{ topicId: 1, arrivedAtMs: NOW_MS - sinceMs }], 1: [{ topicId: 2 }] });
    expect(index.choose(INDEX, waiting(1), NOW_MS)).toBe(1);
    expect(index.choose(INDEX, waiting(100), NOW_MS)).toBe(2);
  });

  test('a deadline counts the more the nearer it is, and not at all once it cannot be met', () => {
    const index = makeIndex([
      { perMs: 1, missed: 1_000, meanMs: 1 },
      { perMs: 50, meanMs: 1 },
    ]);
    const due = (inMs: number): LanesView =>
      lanesOf({ 2: [{ topicId: 1, deadlineMs: NOW_MS + inMs }], 1: [{ topicId: 2 }] });
    expect(index.choose(INDEX, due(2), NOW_MS)).toBe(2);
    expect(index.choose(INDEX, due(500), NOW_MS)).toBe(1);
  });

  test('what has expired at the head of a lane is got rid of first, for it takes no time', () => {
    const index = makeIndex([
      { perMs: 1, meanMs: 1 },
      { perMs: 50, meanMs: 1 },
    ]);
    const lanes = lanesOf({ 3: [{ topicId: 1, deadlineMs: NOW_MS - 1 }], 1: [{ topicId: 2 }] });
    expect(index.choose(INDEX, lanes, NOW_MS)).toBe(3);
  });

  test('CRITICAL goes before everything else, however dear and however urgent that is', () => {
    const index = makeIndex([
      { perMs: 1, missed: 0, meanMs: 50 },
      { perMs: 1e6, perMsSquared: 1e3, missed: 1e9, meanMs: 0.1 },
    ]);
    const lanes = lanesOf({
      0: [{ topicId: 1 }],
      1: [{ topicId: 2, arrivedAtMs: NOW_MS - 500, deadlineMs: NOW_MS + 1 }],
      2: [{ topicId: 2, deadlineMs: NOW_MS - 1 }],
    });
    expect(index.choose(INDEX, lanes, NOW_MS)).toBe(0);
  });

  test('whatever waits, a lane with something runnable is chosen', () => {
    const message = fc.record({
      topicId: fc.nat(4),
      arrivedAtMs: fc.double({ min: -1e6, max: 2_000, noNaN: true }),
      deadlineMs: fc.double({ noNaN: true }),
    });
    const lane = fc.array(message, { maxLength: 8 });
    const index = makeIndex([
      { perMs: 0, meanMs: 1 },
      { perMs: 3, perMsSquared: 2, missed: 9, meanMs: 2 },
      { meanMs: 0.1 },
    ]);
    fc.assert(
      fc.property(lane, lane, lane, lane, (critical, high, normal, low) => {
        const lanes = lanesOf({ 0: critical, 1: high, 2: normal, 3: low });
        fc.pre(PRIORITIES.some((each) => lanes.runnable(each) > 0));
        expect(lanes.runnable(index.choose(INDEX, lanes, NOW_MS))).toBeGreaterThan(0);
      }),
    );
  });
});
