import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  TOPIC_LIMITS,
  errorCode,
  hasWildcard,
  isEndpoint,
  isPattern,
  isTopic,
  parseEndpoint,
  parsePattern,
  parseTopic,
  patternFault,
  topicFault,
} from '../../src/index.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('topics', () => {
  test.each(['a', 'data.quotes.BINANCE.BTCUSDT', 'a+b.c', 'ä.🚀', 'A'.repeat(TOPIC_LIMITS.maxCharacters)])(
    '%s is a topic',
    (text) => {
      expect(parseTopic(text)).toBe(text);
      expect(isTopic(text)).toBe(true);
    },
  );

  test.each([
    ['', 0, 'at least one character'],
    ['.a', 0, 'no empty segment'],
    ['a..b', 2, 'no empty segment'],
    ['a.', 1, 'no empty segment'],
    ['data.*', 5, 'without the wildcards'],
    ['data.BTC?', 8, 'without the wildcards'],
    ['data.+.x', 5, 'exactly +'],
    ['+', 0, 'exactly +'],
    [`${'a.'.repeat(TOPIC_LIMITS.maxSegments)}a`, 63, 'at most 32 segments'],
    ['A'.repeat(TOPIC_LIMITS.maxCharacters + 1), 255, 'at most 255 characters'],
  ])('%s is none, and the fault is at character %i', (text, position, expected) => {
    expect(isTopic(text)).toBe(false);
    expect(topicFault(text)).toMatchObject({ position, expected: expect.stringContaining(expected) });
    const error = thrownBy(() => parseTopic(text));
    expect(errorCode(error)).toBe('INVALID_TOPIC');
    expect(String(error)).toContain(`at character ${position}`);
  });

  test.each([undefined, null, 7, {}, [], Symbol('x'), 1n])(
    '%s is no topic, and the error does not fail itself',
    (input) => {
      expect(errorCode(thrownBy(() => parseTopic(input)))).toBe('INVALID_TOPIC');
    },
  );

  test('exactly 32 segments are allowed', () => {
    expect(isTopic(Array.from({ length: TOPIC_LIMITS.maxSegments }, () => 'a').join('.'))).toBe(true);
  });
});

describe('patterns', () => {
  test('runs of stars are one star', () => {
    expect(parsePattern('data.**')).toBe('data.*');
    expect(parsePattern('***a****')).toBe('*a*');
  });

  test('four stars are allowed, the fifth is named with its position', () => {
    expect(isPattern('*.*.*.*')).toBe(true);
    expect(patternFault('*.*.*.*.*')).toMatchObject({ position: 8 });
    expect(errorCode(thrownBy(() => parsePattern('*.*.*.*.*')))).toBe('INVALID_PATTERN');
  });

  test('every topic is a pattern without a wildcard', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zA-Z0-9+_-]{1,6}$/), { minLength: 1, maxLength: 8 }), (segments) => {
        const text = segments.join('.');
        if (!isTopic(text)) return;
        expect(isPattern(text)).toBe(true);
        expect(hasWildcard(text)).toBe(false);
        expect(parsePattern(text)).toBe(text);
      }),
    );
  });

  test('+ is a wildcard only as a whole segment', () => {
    expect(['+', 'a.+', '+.a', 'a.+.b'].map(hasWildcard)).toEqual([true, true, true, true]);
    expect(['a+', '+a', 'a.b+', '++'].map(hasWildcard)).toEqual([false, false, false, false]);
  });
});

describe('endpoints', () => {
  test('follow the rules of topics', () => {
    expect(parseEndpoint('DataEngine.execute')).toBe('DataEngine.execute');
    expect(isEndpoint('DataEngine.*')).toBe(false);
    expect(errorCode(thrownBy(() => parseEndpoint('DataEngine.*')))).toBe('INVALID_ENDPOINT');
  });
});
