import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCount, isNames, isNumbers, isRecord } from '../../src/state/json-shapes.ts';

describe('the shapes in which figures are kept', () => {
  test('a record has members: null, arrays and plain values have none', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        expect(isRecord(value)).toBe(Object.prototype.toString.call(value) === '[object Object]');
      }),
    );
  });

  test.each([0, 1, Number.MAX_SAFE_INTEGER])('%s is a count', (value) => {
    expect(isCount(value)).toBe(true);
  });

  test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53, '3', null, undefined, [3]])('%s is no count', (value) => {
    expect(isCount(value)).toBe(false);
  });

  test('a column of numbers has exactly its length, and every number is finite', () => {
    expect(isNumbers([], 0)).toBe(true);
    expect(isNumbers([1.5, -2], 2)).toBe(true);
    for (const other of [[1], [1, 2, 3], [1, Number.NaN], [1, Infinity], [1, '2'], [1, null], 'ab', { length: 2 }]) {
      expect(isNumbers(other, 2)).toBe(false);
    }
  });

  test('names are texts, each once', () => {
    expect(isNames([])).toBe(true);
    expect(isNames(['a', 'b', ''])).toBe(true);
    for (const other of [['a', 'a'], ['a', 1], [null], 'a', { 0: 'a' }]) expect(isNames(other)).toBe(false);
  });
});
