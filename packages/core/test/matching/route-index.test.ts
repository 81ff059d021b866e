import { describe, expect, test } from 'vitest';
import { RouteIndex } from '../../src/matching/route-index.ts';
import { entry, patternsOf, type TestEntry } from './entries.ts';

function indexOf(...patterns: readonly string[]): RouteIndex<TestEntry> {
  const index = new RouteIndex<TestEntry>();
  for (const pattern of patterns) index.add(entry(pattern));
  return index;
}

describe('patterns', () => {
  test.each([
    ['data.quotes.X', 'data.quotes.X', true],
    ['data.quotes.X', 'data.quotes', false],
    ['*', 'data', true],
    ['*', 'data.quotes.X', true],
    ['data.*', 'data.quotes.X', true],
    ['data.*', 'data', false],
    ['data*', 'data', true],
    ['data*', 'data.quotes', true],
    ['data.+', 'data.quotes', true],
    ['data.+', 'data.quotes.X', false],
    ['+.+', 'data', false],
    ['data.+.X', 'data.quotes.X', true],
    ['data.*.X', 'data.a.b.c.X', true],
    ['data.*.X', 'data.X', false],
    ['*.X', 'data.X', true],
    ['*X', 'X', true],
    ['data?quotes', 'data.quotes', true],
    ['data.?', 'data.X', true],
    ['data.?', 'data.XY', false],
    ['BTC*', 'BTCUSDT', true],
    ['BTC*', 'BTC.x', true],
    ['*USDT', 'data.BTCUSDT', true],
    ['data.BTC*.+.x', 'data.BTCUSDT.any.x', true],
    ['data.BTC*.+.x', 'data.BTCUSDT.x', false],
    ['*.+.x', 'a.b.x', true],
    ['*.+.x', 'b.x', false],
    ['a+b.+', 'a+b.c', true],
    ['a+b.+', 'aXb.c', false],
    ['*a*b*c*', 'xaxbxc', true],
    ['*a*b*c*', 'cba', false],
  ])('%s on %s: %s', (pattern, topic, matches) => {
    const index = indexOf(pattern);
    // Looked up three times: not known, seen before, kept.
    for (let i = 0; i < 3; i += 1) expect(index.route(topic).entries).toHaveLength(matches ? 1 : 0);
  });

  test('are compared by UTF-16 code units: ? stands for one of them', () => {
    const index = indexOf('data.?', 'data.??');
    expect(patternsOf(index.route('data.é').entries)).toEqual(['data.?']);
    expect(patternsOf(index.route('data.\u{1F680}').entries)).toEqual(['data.??']);
  });

  test('may be as long as the limits allow', () => {
    const segments = Array.from({ length: 32 }, (_, i) => `s${i}`);
    const index = indexOf(
      segments.join('.'),
      Array.from({ length: 32 }, () => '+').join('.'),
      `${segments.slice(0, 31).join('.')}.*`,
    );
    expect(index.route(segments.join('.')).entries).toHaveLength(3);
    expect(index.route('x'.repeat(255)).entries).toHaveLength(0);
  });
});

describe('a topic', () => {
  test.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a*',
    'a?',
    '+',
    'a.+',
    'x'.repeat(256),
    Array.from({ length: 33 }, () => 'a').join('.'),
  ])('that is none is refused: %j', (topic) => {
    const index = indexOf('*');
    expect(() => index.route(topic)).toThrowError(expect.objectContaining({ code: 'INVALID_TOPIC' }));
    expect(() => index.route(topic)).toThrowError(expect.objectContaining({ code: 'INVALID_TOPIC' }));
  });

  test('of another type is refused', () => {
    expect(() => indexOf('*').route(7 as unknown as string)).toThrowError(
      expect.objectContaining({ code: 'INVALID_TOPIC' }),
    );
  });
});

describe('a pattern', () => {
  test.each(['', 'a..b', 'a.', '*a*b*c*d*e', 'x'.repeat(256)])('that is none is refused: %j', (pattern) => {
    expect(() => indexOf().canonical(pattern)).toThrowError(expect.objectContaining({ code: 'INVALID_PATTERN' }));
  });

  test('is brought into its canonical form', () => {
    const index = indexOf('a.*');
    expect(index.canonical('a.**')).toBe('a.*');
    expect(index.find('a.**', undefined)).toBeUndefined();
    expect(patternsOf(index.entriesOf('a.***'))).toEqual(['a.*']);
  });
});

describe('rank', () => {
  test('is by handlerPriority, high first, then by order, across patterns', () => {
    const index = new RouteIndex<TestEntry>();
    const entries = [
      entry('a.b', 0),
      entry('a.*', 5),
      entry('*', 0),
      entry('a.+', -1),
      entry('a.b', 5),
      entry('a.?', 0.5),
    ];
    for (const added of entries.toReversed()) index.add(added);
    expect(index.route('a.b').entries).toEqual([1, 4, 5, 0, 2, 3].map((i) => entries[i]));
  });

  test('holds for more entries than are inserted one by one', () => {
    const index = new RouteIndex<TestEntry>();
    const entries = Array.from({ length: 100 }, (_, i) =>
      entry(i % 2 === 0 ? 'a.b' : `${i % 3 === 0 ? '*' : 'a'}.b`, i % 5),
    );
    for (const added of entries) index.add(added);
    const ranks = index.route('a.b').entries.map(({ handlerPriority, order }) => [-handlerPriority, order] as const);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(ranks).toHaveLength(100);
  });
});

describe('many entries of one pattern', () => {
  test.each(['a.b', 'a.*'])('%s: each is found by its key and removed alone', (pattern) => {
    const index = new RouteIndex<TestEntry>();
    const entries = Array.from({ length: 50 }, () => entry(pattern));
    for (const added of entries) index.add(added);
    for (const [i, removed] of entries.entries()) {
      expect(index.find(pattern, removed.key)).toBe(removed);
      index.remove(removed);
      index.remove(removed);
      expect(index.find(pattern, removed.key)).toBeUndefined();
      expect(index.route('a.b').entries).toEqual(entries.slice(i + 1));
    }
    expect(index.patterns()).toEqual([]);
  });
});
