import { parsePattern } from '@tradewind/core-types';
import * as fc from 'fast-check';

/** Few words that share beginnings and ends, so that random patterns meet random topics often. */
const WORDS = ['a', 'b', 'ab', 'BTC', 'BTCUSDT', 'USDT', 'data', '+a', 'x-y'];

const word = fc.constantFrom(...WORDS);

export const topic: fc.Arbitrary<string> = fc
  .array(word, { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('.'));

/** Characters of a word replaced by wildcards, or wildcards put between them. */
const glob = fc
  .tuple(
    word,
    fc.array(fc.tuple(fc.nat(7), fc.constantFrom('*', '?', '*?', '?*'), fc.boolean()), { minLength: 1, maxLength: 2 }),
  )
  .map(([text, edits]) =>
    edits.reduce((result, [position, wildcard, replaces]) => {
      const at = Math.min(position, result.length);
      return result.slice(0, at) + wildcard + result.slice(replaces ? at + 1 : at);
    }, text),
  );

const segment = fc.oneof(
  { weight: 5, arbitrary: word },
  { weight: 2, arbitrary: fc.constant('+') },
  { weight: 2, arbitrary: fc.constant('*') },
  { weight: 3, arbitrary: glob },
);

/** Canonical patterns, one in seven without a wildcard. */
export const pattern: fc.Arbitrary<string> = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('.').replaceAll(/\*{2,}/g, '*'))
  .filter((text) => text.split('*').length <= 5)
  .map((text) => parsePattern(text));
