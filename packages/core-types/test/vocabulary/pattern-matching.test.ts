import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPattern, isTopic, patternMatches } from '../../src/index.ts';

/** The meaning of patterns, written down as a regular expression. */
function asRegExp(pattern: string): RegExp {
  const source = pattern
    .split('.')
    .map((segment) =>
      segment === '+'
        ? '[^.]+'
        : segment
            .replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
            .replaceAll(/(\\\*)+/g, '[^]*')
            .replaceAll(String.raw`\?`, '[^]'),
    )
    .join(String.raw`\.`);
  return new RegExp(`^${source}$`);
}

const topics = fc
  .array(fc.stringMatching(/^[ab+]{1,4}$/), { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('.'))
  .filter(isTopic);
const patterns = fc
  .array(fc.stringMatching(/^([ab*?+]{1,4}|\+)$/), { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('.'))
  .filter(isPattern);

describe('patternMatches', () => {
  test.each([
    ['data.*', 'data.quotes.BINANCE', true],
    ['data.*', 'data', false],
    ['data*', 'data', true],
    ['data.quotes.?', 'data.quotes.X', true],
    ['data?quotes', 'data.quotes', true],
    ['data.+.X', 'data.quotes.X', true],
    ['data.+', 'data.quotes.X', false],
    ['*.+.z', 'a.b.c.z', true],
    ['*USDT', 'data.quotes.BINANCE.BTCUSDT', true],
    ['a+b', 'a+b', true],
    ['a+b', 'aab', false],
  ])('%s on %s: %s', (pattern, topic, expected) => {
    expect(patternMatches(pattern, topic)).toBe(expected);
  });

  test('agrees with a regular expression on 100,000 pairs', () => {
    let matches = 0;
    fc.assert(
      fc.property(patterns, topics, (pattern, topic) => {
        const expected = asRegExp(pattern).test(topic);
        matches += Number(expected);
        expect(patternMatches(pattern, topic)).toBe(expected);
      }),
      { numRuns: 100_000 },
    );
    expect(matches).toBeGreaterThan(1_000);
  });
});
