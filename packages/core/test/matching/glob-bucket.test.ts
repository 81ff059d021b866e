import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/platform/random.ts';
import { GlobBucket } from '../../src/matching/glob-bucket.ts';
import { GlobTail } from '../../src/matching/glob-tail.ts';
import { Matches } from '../../src/matching/matches.ts';
import { NameScan, TOPIC } from '../../src/matching/name-scan.ts';
import { patternExpression } from './reference.ts';

const SHAPES = [
  (i: number) => `S${i}-*`,
  (i: number) => `*-E${i}`,
  (i: number) => `S${i}*E${i % 7}`,
  (i: number) => `S${i % 9}-?-E${i}`,
  (i: number) => `*-${i}-*`,
  (i: number) => `*.M${i}.*x?`,
  (i: number) => `S?*.+.E${i % 50}`,
];

function collect(bucket: GlobBucket<string>, scan: NameScan, text: string): readonly string[] {
  expect(scan.read(text)).toBe(TOPIC);
  scan.startTailAt(0);
  const found = new Matches<string>();
  bucket.collect(scan, found);
  return Array.from({ length: found.count }, (_, i) => found.at(i)).toSorted();
}

test('thousands of globs at one place: those found are those that match, each once, while they come and go', () => {
  const random = seededRandom(11);
  const bucket = new GlobBucket<string>();
  const scan = new NameScan();
  const tails = new Map<string, GlobTail<string>>();
  const expressions = new Map<string, RegExp>();
  const integer = (bound: number): number => Math.floor(random.next() * bound);
  let found = 0;
  for (let round = 0; round < 40; round += 1) {
    for (let i = 0; i < 100; i += 1) {
      const text = (SHAPES[integer(SHAPES.length)] ?? String)(integer(200));
      const known = tails.get(text);
      if (known === undefined) {
        const tail = new GlobTail(text, text);
        tails.set(text, tail);
        expressions.set(text, patternExpression(text));
        bucket.add(tail);
      } else {
        tails.delete(text);
        bucket.remove(known);
        bucket.remove(known);
      }
    }
    expect(bucket.size).toBe(tails.size);
    for (let i = 0; i < 20; i += 1) {
      const topic = `S${integer(200)}-${integer(12)}${integer(2) === 0 ? '-' : `.M${integer(200)}.`}E${integer(200)}`;
      const expected = [...tails.keys()].filter((text) => expressions.get(text)?.test(topic)).toSorted();
      found += expected.length;
      expect(collect(bucket, scan, topic)).toEqual(expected);
    }
  }
  expect(found).toBeGreaterThan(500);
  for (const tail of tails.values()) bucket.remove(tail);
  expect(bucket.size).toBe(0);
});

test('a topic that repeats a literal finds its glob once', () => {
  const bucket = new GlobBucket<string>();
  for (let i = 0; i < 100; i += 1) bucket.add(new GlobTail(`*-${i}-*`, `*-${i}-*`));
  expect(collect(bucket, new NameScan(), 'a-7-b-7-c-7-d')).toEqual(['*-7-*']);
});

test('a glob takes back its last star only: trying every way to split this topic would never end', () => {
  const tail = new GlobTail('*a*a*a*b', 'slow');
  const scan = new NameScan();
  scan.read('a'.repeat(255));
  scan.startTailAt(0);
  expect(tail.matches(scan)).toBe(false);
});

test('random bytes as topics do not confuse hashes with text', () => {
  const bucket = new GlobBucket<string>();
  const scan = new NameScan();
  const texts = Array.from({ length: 2000 }, (_, i) => `${randomBytes(3).toString('hex')}${i}`);
  for (const text of texts) bucket.add(new GlobTail(`${text}*`, text));
  for (const text of texts.slice(0, 200))
    expect(collect(bucket, scan, `${text}.z`)).toEqual(
      texts.filter((prefix) => `${text}.z`.startsWith(prefix)).toSorted(),
    );
});
