import { isPattern, isTopic, parsePattern } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOT_A_NAME, NameScan, PATTERN, TOPIC } from '../../src/matching/name-scan.ts';

const name = fc
  .array(fc.constantFrom('.', '*', '?', '+', 'a', 'B', 'é'), { maxLength: 12 })
  .map((characters) => characters.join(''));

/** What core-types says; only what has no wildcard, or one and is canonical, is a name for the scan. */
function expectedKind(text: string): number {
  if (isTopic(text)) return TOPIC;
  return isPattern(text) && parsePattern(text) === text ? PATTERN : NOT_A_NAME;
}

test('agrees with core-types on what is a topic and what a canonical pattern', () => {
  const scan = new NameScan();
  const seen = new Set<number>();
  const property = fc.property(name, (text) => {
    const kind = scan.read(text);
    seen.add(kind);
    expect(kind).toBe(expectedKind(text));
    // The second reading is the remembered one.
    expect(scan.read(text)).toBe(kind);
  });
  fc.assert(property, { numRuns: 20_000, seed: 3 });
  expect(seen.size).toBe(3);
});

test('agrees at the limits of length and segments', () => {
  const scan = new NameScan();
  for (const length of [1, 254, 255, 256, 1000])
    expect(scan.read('x'.repeat(length))).toBe(expectedKind('x'.repeat(length)));
  for (const segments of [31, 32, 33, 100]) {
    const text = Array.from({ length: segments }, () => 'a').join('.');
    expect(scan.read(text)).toBe(expectedKind(text));
    expect(scan.read(`${text.slice(0, -1)}*`)).toBe(expectedKind(`${text.slice(0, -1)}*`));
  }
});

test('hashes equal segments alike wherever they stand', () => {
  const scan = new NameScan();
  scan.read('data.quotes.BINANCE');
  const hash = scan.segmentHashes[2];
  scan.read('BINANCE.x');
  expect(scan.segmentHashes[0]).toBe(hash);
});
