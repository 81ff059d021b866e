import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CostBook } from '../../src/scheduling/cost-rule.ts';
import { LaneLayout } from '../../src/scheduling/lane-layout.ts';
import { TopicBook } from '../../src/scheduling/topic-book.ts';

interface Kind {
  readonly declared: 0 | 1 | 2 | 3;
  readonly perMs: number;
  readonly meanMs: number;
  readonly weight: number;
}

function bookOf(kinds: readonly Kind[]): TopicBook {
  const book = new TopicBook(
    new CostBook(kinds.map(({ perMs }, at) => ({ pattern: `t${at}`, perMs, missed: 0 }))),
    Math.max(1, kinds.length),
  );
  for (const [at, { declared, meanMs, weight }] of kinds.entries()) {
    const row = book.arrive(at + 1, `t${at}`, declared);
    book.times.meanMs[row] = meanMs;
    book.times.count[row] = 100;
    book.weight[row] = weight;
  }
  return book;
}

/** Cobham's formula, written down a second time: what waiting costs at nine tenths of the load, in any unit. */
function costOf(kinds: readonly Kind[], lanes: readonly number[]): number {
  const total = kinds.reduce((sum, { weight, meanMs }) => sum + weight * meanMs, 0);
  const loadUpTo = (lane: number): number =>
    kinds.reduce(
      (sum, { weight, meanMs }, at) => sum + ((lanes[at] ?? 0) <= lane ? (0.9 * weight * meanMs) / total : 0),
      0,
    );
  return kinds.reduce((sum, { weight, perMs }, at) => {
    const lane = lanes[at] ?? 0;
    return lane === 0 ? sum : sum + (weight * perMs) / ((1 - loadUpTo(lane - 1)) * (1 - loadUpTo(lane)));
  }, 0);
}

const kind = fc.record({
  declared: fc.constantFrom<(0 | 1 | 2 | 3)[]>(0, 1, 2, 3),
  perMs: fc.double({ min: 0.1, max: 100, noNaN: true }),
  meanMs: fc.double({ min: 0.1, max: 10, noNaN: true }),
  weight: fc.double({ min: 1, max: 100, noNaN: true }),
});

describe('the lanes in which topics belong', () => {
  test('never cost more than the declared ones, and nothing goes into CRITICAL or out of it', () => {
    fc.assert(
      fc.property(fc.array(kind, { minLength: 2, maxLength: 12 }), (kinds) => {
        const book = bookOf(kinds);
        new LaneLayout(book).update(0);
        const lanes = kinds.map((_, at) => book.lane[at + 4] ?? -1);
        for (const [at, { declared }] of kinds.entries()) expect(lanes[at] === 0).toBe(declared === 0);
        const declared = kinds.map((each) => each.declared);
        expect(costOf(kinds, lanes)).toBeLessThanOrEqual(costOf(kinds, declared) * (1 + 1e-9));
      }),
    );
  });

  test('are in the order of cost over time: what is worth more never waits in a later lane, once lanes are laid anew', () => {
    fc.assert(
      fc.property(fc.array(kind, { minLength: 2, maxLength: 12 }), (kinds) => {
        const book = bookOf(kinds);
        new LaneLayout(book).update(0);
        const moved = kinds.some((each, at) => book.lane[at + 4] !== each.declared);
        fc.pre(moved);
        const below = kinds
          .map((each, at) => ({ ratio: each.perMs / each.meanMs, lane: book.lane[at + 4] ?? 0 }))
          .filter(({ lane }) => lane > 0)
          .toSorted((a, b) => b.ratio - a.ratio);
        for (const [at, { lane }] of below.entries()) expect(lane).toBeGreaterThanOrEqual(below[at - 1]?.lane ?? 0);
      }),
    );
  });

  test('stay as they are while too little is known, and where nothing is to be gained', () => {
    const kinds: readonly Kind[] = [
      { declared: 1, perMs: 1, meanMs: 10, weight: 1 },
      { declared: 3, perMs: 100, meanMs: 1, weight: 1 },
    ];
    const unknown = bookOf(kinds);
    unknown.times.count.fill(3);
    new LaneLayout(unknown).update(0);
    expect([...unknown.lane.subarray(4, 6)]).toEqual([1, 3]);
    const known = bookOf(kinds);
    new LaneLayout(known).update(0);
    expect(known.lane[4]).toBeGreaterThan(known.lane[5] ?? 3);
  });

  test('convex costs count with the waits of busy times: what grows steeply goes up when queues are long', () => {
    const rules = [
      { pattern: 'linear', perMs: 10, missed: 0 },
      { pattern: 'steep', perMs: 1, perMsSquared: 1, missed: 0 },
    ];
    const laneOfSteep = (waitMs: number): number => {
      const book = new TopicBook(new CostBook(rules), 2);
      for (const [at, { pattern }] of rules.entries()) {
        const row = book.arrive(at + 1, pattern, 2);
        book.times.count[row] = 100;
        book.weight[row] = 1;
      }
      new LaneLayout(book).update(waitMs);
      return (book.lane[5] ?? 0) - (book.lane[4] ?? 0);
    };
    expect(laneOfSteep(0.1)).toBeGreaterThan(0);
    expect(laneOfSteep(100)).toBeLessThan(0);
  });
});
