import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '@tradewind/core-types';
import { openState, sealState } from '../../src/index.ts';

const STATE = { version: 3, data: { names: ['a'], columns: { mean: [1, 2.5, -1e-9] }, none: null } };

describe('a sealed state', () => {
  test('comes back as it was, whatever JSON it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.integer({ min: 1, max: 1e6 }), (data, version) => {
        // What JSON itself does not keep, such as -0, is brought to its form first.
        const state = { version, data: JSON.parse(JSON.stringify(data)) as JsonValue };
        expect(openState(sealState({ state, savedAtMs: 12.5 }))).toEqual({ state, savedAtMs: 12.5 });
      }),
    );
  });

  test('is refused after any single bit was flipped, unless it still means the same', () => {
    const text = sealState({ state: STATE, savedAtMs: 5 });
    const bytes = Buffer.from(text);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const broken = Buffer.from(bytes);
      broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let opened: unknown;
      try {
        opened = openState(broken.toString());
      } catch (error) {
        expect(error).toMatchObject({ code: 'CORRUPT_STATE' });
        continue;
      }
      expect(opened).toEqual({ state: STATE, savedAtMs: 5 });
    }
  });

  test('is refused at whatever length it was cut off', () => {
    const text = sealState({ state: STATE, savedAtMs: 5 }).trimEnd();
    for (let length = 0; length < text.length; length += 1) {
      expect(() => openState(text.slice(0, length))).toThrow(expect.objectContaining({ code: 'CORRUPT_STATE' }));
    }
  });

  test.each([
    ['NaN', { a: [1, Number.NaN] }, 'data.a[1]'],
    ['Infinity', { a: { b: Infinity } }, 'data.a.b'],
    ['undefined', { a: undefined }, 'data.a'],
    ['a bigint', [1n], 'data[0]'],
    ['a date', { at: new Date(0) }, 'data.at'],
  ])('%s is not sealed, and the error says where it is', (_, data, path) => {
    const state = { version: 1, data: data as unknown as JsonValue };
    expect(() => sealState({ state, savedAtMs: 0 })).toThrow(path);
  });

  test('a number that JSON reads as Infinity is refused', () => {
    const text = sealState({ state: { version: 1, data: [1] }, savedAtMs: 0 }).replace('"data":[1]', '"data":[1e999]');
    expect(() => openState(text)).toThrow('data[0]');
  });

  test.each([
    ['no object', '[]'],
    ['another format', '{"format":"other"}'],
    ['no version', '{"format":"tradewind-learned-state","version":0}'],
    ['no data', '{"format":"tradewind-learned-state","version":1,"savedAtMs":0}'],
  ])('%s is refused', (_, text) => {
    expect(() => openState(text)).toThrow(expect.objectContaining({ code: 'CORRUPT_STATE' }));
  });
});
