import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RouteIndex } from '../../src/matching/route-index.ts';
import { pattern, topic } from './arbitraries.ts';
import { entry, type TestEntry } from './entries.ts';
import { ReferenceIndex } from './reference.ts';

/** What happens to an index: entries come and go, and the same few topics are looked up again and again in between. */
type Step =
  | { readonly kind: 'add'; readonly pattern: string; readonly handlerPriority: number }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'look-up'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      pattern,
      handlerPriority: fc.integer({ min: -1, max: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('look-up' as const), which: fc.nat() }) },
);

const scenario = fc.record({
  topics: fc.array(topic, { minLength: 1, maxLength: 12 }),
  maxCachedTopics: fc.constantFrom(0, 1, 3, 100),
  steps: fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }),
});

test('agrees with regular expressions on more than 100,000 pairs of pattern and topic, with churn in between and the cache in play', () => {
  let pairs = 0;
  let matches = 0;
  const property = fc.property(scenario, ({ topics, maxCachedTopics, steps }) => {
    const index = new RouteIndex<TestEntry>({ maxCachedTopics });
    const reference = new ReferenceIndex();
    for (const next of steps) {
      if (next.kind === 'add') {
        const added = entry(next.pattern, next.handlerPriority);
        index.add(added);
        reference.entries.add(added);
      } else if (next.kind === 'remove') {
        const all = [...reference.entries];
        const removed = all[next.which % Math.max(1, all.length)];
        if (removed === undefined) continue;
        index.remove(removed);
        reference.entries.delete(removed);
      } else {
        const looked = topics[next.which % topics.length] ?? '';
        const expected = reference.route(looked);
        matches += expected.length;
        const route = index.route(looked);
        expect(route.topic).toBe(looked);
        expect(route.meta).toEqual({ topic: looked });
        expect(route.entries).toEqual(expected);
        expect(route.only).toBe(expected.length === 1 ? expected[0]?.handler : undefined);
      }
    }
    expect(index.size).toBe(reference.entries.size);
    expect([...index.patterns()].toSorted()).toEqual(
      [...new Set([...reference.entries].map((left) => left.pattern))].toSorted(),
    );
    for (const left of reference.entries) index.remove(left);
    const { entries, wildcardPatterns, keptTopics, cachedTopics } = index.sizes();
    expect({ entries, wildcardPatterns, notCached: keptTopics - cachedTopics }).toEqual({
      entries: 0,
      wildcardPatterns: 0,
      notCached: 0,
    });
    expect(cachedTopics).toBeLessThanOrEqual(maxCachedTopics);
    pairs += reference.pairs;
  });
  fc.assert(property, { numRuns: 1000, seed: 20_240_808 });
  expect(pairs).toBeGreaterThan(100_000);
  // A test in which nothing ever matched would show nothing.
  expect(matches).toBeGreaterThan(5000);
});

test('a kept route that says it is current has the entries that a new look-up has', () => {
  const property = fc.property(
    fc.array(pattern, { minLength: 1, maxLength: 30 }),
    fc.array(topic, { minLength: 1, maxLength: 8 }),
    (patterns, topics) => {
      const index = new RouteIndex<TestEntry>();
      const kept = topics.map((looked) => index.route(looked));
      for (const added of patterns.map((text) => entry(text))) {
        index.add(added);
        expect(kept.some((route) => index.isCurrent(route))).toBe(false);
        for (const [i, looked] of topics.entries()) {
          kept[i] = index.route(looked);
          expect(index.isCurrent(kept[i])).toBe(true);
          expect(kept[i].entries).toEqual(index.route(looked).entries);
        }
      }
    },
  );
  fc.assert(property, { numRuns: 100, seed: 7 });
});
