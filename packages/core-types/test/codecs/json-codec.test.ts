import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonCodec } from '../../src/codecs/json-codec.ts';
import { errorCode } from '../../src/vocabulary/errors.ts';

test('everything that JSON carries comes back equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // What JSON itself would carry: -0 arrives as 0, at any depth.
      expect(jsonCodec.decode(jsonCodec.encode(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 1_000, seed: 1_700_000_012 },
  );
});

test('text of any kind comes back as it was, lone surrogates and __proto__ included', () => {
  for (const text of ['\ud800', 'é', '\u2028', '', '\0']) expect(jsonCodec.decode(jsonCodec.encode(text))).toBe(text);
  const hostile = JSON.parse('{"__proto__": {"polluted": true}}') as object;
  const decoded = jsonCodec.decode(jsonCodec.encode(hostile)) as object;
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

const cycle: unknown[] = [];
cycle.push(cycle);

test.each<[string, unknown, string]>([
  ['undefined', undefined, 'payload: '],
  ['undefined in an array', { bids: [1, undefined] }, 'payload.bids[1]: '],
  ['a hole', { bids: Array(2) }, 'payload.bids: '],
  ['NaN', { quote: { bid: Number.NaN } }, 'payload.quote.bid: '],
  ['Infinity', [[Infinity]], 'payload[0][0]: '],
  ['a bigint of more than 64 bits', { tsEventNs: 2n ** 64n }, 'payload.tsEventNs: '],
  ['a function', { run: () => 1 }, 'payload.run: '],
  ['a symbol', { tag: Symbol('x') }, 'payload.tag: '],
  ['a symbol as key', { [Symbol('x')]: 1 }, 'payload: '],
  ['a Date', { at: new Date(0) }, 'payload.at: '],
  ['a Map', new Map(), 'payload: '],
  ['a typed array other than bytes', { raw: new Float64Array(2) }, 'payload.raw: '],
  ['a class instance', { error: new RangeError('x') }, 'payload.error: '],
  ['a member of an array', Object.assign([1], { extra: 1 }), 'payload: '],
  ['a cycle', cycle, 'payload[0][0]'],
])('%s is refused with its path', (_, value, path) => {
  expect(() => jsonCodec.encode(value)).toThrow(
    expect.objectContaining({ code: 'PAYLOAD_NOT_ENCODABLE', message: expect.stringContaining(path) as unknown }),
  );
});

test('whatever is encoded at all comes back equal', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
  });
  let encoded = 0;
  fc.assert(
    fc.property(anything, (value) => {
      const bytes = encodedOrCode(value);
      if (!(bytes instanceof Uint8Array)) return bytes === 'PAYLOAD_NOT_ENCODABLE';
      encoded += 1;
      expect(jsonCodec.decode(bytes)).toEqual(withoutMinusZero(value));
      return true;
    }),
    { numRuns: 2_000, seed: 1_700_000_013 },
  );
  expect(encoded).toBeGreaterThan(200);
});

test('bigints of 64 bits and bytes come back as they were, in whatever they are', () => {
  const value = {
    at: [1n, -(2n ** 63n), 2n ** 64n - 1n],
    raw: new Uint8Array([0, 255, 1]),
    nested: [{ id: 5n, text: 'x' }],
  };
  const before = structuredClone(value);
  expect(jsonCodec.decode(jsonCodec.encode(value))).toStrictEqual(before);
  expect(value).toStrictEqual(before);
  const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  expect(jsonCodec.decode(jsonCodec.encode(part))).toStrictEqual(new Uint8Array([2, 3]));
});

test('a payload that looks like a tag comes back as it was', () => {
  const tag = fc.constantFrom('$bigint', '$bytes', '$plain', 'a', '__proto__');
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>('5', 7n, null, '{"$plain":1}', new Uint8Array([9])),
      fc.array(tie('node'), { maxLength: 2 }),
      fc.array(fc.tuple(tag, tie('node')), { maxLength: 2 }).map((entries) => Object.fromEntries(entries) as unknown),
    ),
  })).node;
  fc.assert(
    fc.property(value, (payload) => {
      expect(jsonCodec.decode(jsonCodec.encode(payload))).toStrictEqual(payload);
    }),
    { numRuns: 2_000, seed: 1_700_000_014 },
  );
});

test.each([['{"$bigint":5}'], ['{"$bigint":"x"}'], ['{"$bytes":null}']])(
  '%s is refused: a tag with the wrong content',
  (text) => {
    expect(() => jsonCodec.decode(new TextEncoder().encode(text))).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_NOT_DECODABLE' }),
    );
  },
);

test('an undefined property is left out', () => {
  expect(jsonCodec.decode(jsonCodec.encode({ a: 1, b: undefined }))).toStrictEqual({ a: 1 });
});

test.each([[new Uint8Array([0xff, 0xfe])], [new TextEncoder().encode('{')], [new Uint8Array()]])(
  'bytes that are no JSON are refused',
  (bytes) => {
    expect(() => jsonCodec.decode(bytes)).toThrow(expect.objectContaining({ code: 'PAYLOAD_NOT_DECODABLE' }));
  },
);

function encodedOrCode(value: unknown): Uint8Array | string | undefined {
  try {
    return jsonCodec.encode(value);
  } catch (error) {
    return errorCode(error);
  }
}

function withoutMinusZero(value: unknown): unknown {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutMinusZero(member)]));
  }
  return value === 0 ? 0 : value;
}
