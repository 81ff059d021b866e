import { describe, expect, test } from 'vitest';
import { RouteIndex } from '../../src/matching/route-index.ts';
import { entry, patternsOf, type TestEntry } from './entries.ts';

function lookUp(index: RouteIndex<TestEntry>, count: number, topicOf: (i: number) => string): void {
  for (let i = 0; i < count; i += 1) index.route(topicOf(i));
}

describe('the cache of routes', () => {
  test('admits a topic at its second sighting, with an empty result as well', () => {
    const index = new RouteIndex<TestEntry>();
    index.add(entry('other.*'));
    const first = index.route('a.b');
    expect(index.sizes().cachedTopics).toBe(0);
    expect(index.route('a.b')).not.toBe(first);
    expect(index.sizes().cachedTopics).toBe(1);
    expect(index.route('a.b')).toBe(index.route('a.b'));
    expect(index.route('a.b').entries).toEqual([]);
  });

  test('is not washed out by 100,000 topics that never come back', () => {
    const index = new RouteIndex<TestEntry>({ maxCachedTopics: 1000 });
    index.add(entry('data.*'));
    lookUp(index, 2000, (i) => `data.hot.S${i % 500}`);
    const kept = index.route('data.hot.S7');
    lookUp(index, 100_000, (i) => `data.cold.S${i}`);
    expect(index.route('data.hot.S7')).toBe(kept);
    // Fingerprints of 32 bits: a handful may be taken for one another.
    expect(index.sizes().cachedTopics).toBeLessThan(510);
  });

  test('never holds more topics than its bound, and keeps hitting for most of a working set that is larger', () => {
    const index = new RouteIndex<TestEntry>({ maxCachedTopics: 800 });
    index.add(entry('data.*'));
    lookUp(index, 50_000, (i) => `data.S${i % 1000}`);
    expect(index.sizes().cachedTopics).toBe(800);
    let hits = 0;
    for (let i = 0; i < 1000; i += 1) if (index.current(`data.S${i}`) !== undefined) hits += 1;
    expect(hits).toBe(800);
  });

  test('may be switched off', () => {
    const index = new RouteIndex<TestEntry>({ maxCachedTopics: 0 });
    index.add(entry('data.*'));
    lookUp(index, 100, (i) => `data.S${i % 3}`);
    expect(index.sizes()).toMatchObject({ cachedTopics: 0, keptTopics: 0 });
  });

  test('always keeps the topics that somebody subscribed to', () => {
    const index = new RouteIndex<TestEntry>({ maxCachedTopics: 2 });
    for (let i = 0; i < 100; i += 1) index.add(entry(`data.S${i}`));
    lookUp(index, 1000, (i) => `data.S${i % 200}`);
    for (let i = 0; i < 100; i += 1)
      expect(patternsOf(index.current(`data.S${i}`)?.entries ?? [])).toEqual([`data.S${i}`]);
    expect(index.sizes().keptTopics).toBeLessThanOrEqual(102);
  });
});

describe('a change', () => {
  function warm(...patterns: readonly string[]): RouteIndex<TestEntry> {
    const index = new RouteIndex<TestEntry>();
    for (const pattern of patterns) index.add(entry(pattern));
    for (let i = 0; i < 3; i += 1) lookUp(index, 100, (k) => `data.${k % 2 === 0 ? 'quotes' : 'trades'}.S${k}`);
    return index;
  }

  test('of an exact topic leaves the arrays of all others as they are', () => {
    const index = warm('data.*', 'data.quotes.*');
    const before = Array.from(
      { length: 100 },
      (_, k) => index.route(`data.${k % 2 === 0 ? 'quotes' : 'trades'}.S${k}`).entries,
    );
    index.add(entry('data.quotes.S2'));
    for (const [k, entries] of before.entries()) {
      const now = index.route(`data.${k % 2 === 0 ? 'quotes' : 'trades'}.S${k}`).entries;
      if (k === 2) expect(patternsOf(now)).toEqual(['data.*', 'data.quotes.*', 'data.quotes.S2']);
      else expect(now).toBe(entries);
    }
  });

  test('of a pattern fills again only the routes that have its rarest segment', () => {
    const index = warm('data.*', '*');
    const before = new Map(
      Array.from({ length: 100 }, (_, k) => [
        k,
        index.route(`data.${k % 2 === 0 ? 'quotes' : 'trades'}.S${k}`).entries,
      ]),
    );
    const added = entry('data.+.S7');
    index.add(added);
    const refilled = [...before].filter(
      ([k, entries]) => index.route(`data.${k % 2 === 0 ? 'quotes' : 'trades'}.S${k}`).entries !== entries,
    );
    // Segments share their places by hash: a neighbour may be filled again with it.
    expect(refilled.length).toBeLessThan(5);
    expect(index.route('data.trades.S7').entries).toContain(added);
    index.remove(added);
    expect(patternsOf(index.route('data.trades.S7').entries)).toEqual(['data.*', '*']);
  });

  test('of a pattern is seen though all its literals were released in between', () => {
    const index = new RouteIndex<TestEntry>();
    const only = entry('data.+.S7');
    index.add(only);
    lookUp(index, 3, () => 'data.quotes.S7');
    index.remove(only);
    expect(index.route('data.quotes.S7').entries).toEqual([]);
    index.add(only);
    expect(index.route('data.quotes.S7').entries).toEqual([only]);
  });

  test('gives up what was unsubscribed, also for topics that fell silent', () => {
    const index = warm('data.*');
    const entries = Array.from({ length: 200 }, () => entry('data.quotes.*'));
    for (const added of entries) index.add(added);
    for (let i = 0; i < 3; i += 1) lookUp(index, 50, (k) => `data.quotes.S${k * 2}`);
    const merged = index.sizes().mergedEntries;
    for (const removed of entries) index.remove(removed);
    expect(merged).toBeGreaterThanOrEqual(50 * 201);
    expect(index.sizes().mergedEntries).toBeLessThan(merged / 20);
  });
});

describe('memory', () => {
  test('of merged routes is bounded, whatever the number of topics and handlers', () => {
    const index = new RouteIndex<TestEntry>();
    for (let i = 0; i < 400; i += 1) index.add(entry(i % 2 === 0 ? '*' : 'data.*'));
    for (let round = 0; round < 3; round += 1) {
      lookUp(index, 5000, (i) => `data.S${i}`);
      expect(index.sizes().mergedEntries).toBeLessThanOrEqual(1_000_000 + 400);
    }
    expect(index.route('data.S1').entries).toHaveLength(400);
  });

  test('is given back when 20,000 patterns go', () => {
    const index = new RouteIndex<TestEntry>();
    const entries = Array.from({ length: 20_000 }, (_, i) =>
      entry(i % 2 === 0 ? `data.V${i}.*` : `data.V${i % 10}.B${i}*`),
    );
    for (const added of entries) index.add(added);
    const survivor = entry('data.+.S1');
    index.add(survivor);
    for (const removed of entries) index.remove(removed);
    expect(index.sizes()).toMatchObject({ entries: 1, wildcardPatterns: 1 });
    expect(index.route('data.V7.S1').entries).toEqual([survivor]);
  });
});
