import { zstdCompressSync } from 'node:zlib';
import { Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBody, unpackEntry } from '../../src/wire/entry-codec.ts';
import { readEntryHeader } from '../../src/wire/entry-layout.ts';
import { WireError } from '../../src/wire/wire-error.ts';
import { entryFrom, entryOf, message, messages, plainData, wireSettings } from './entries.ts';

const MOST = 4_194_304;
const ABSENT = { orderingKey: undefined, correlationId: undefined, expiresAtMs: undefined, headers: undefined };

describe.each([
  ['msgpack', wireSettings()],
  ['msgpack and zstd', wireSettings({ compression: { algorithm: 'zstd', thresholdBytes: 0 } })],
  ['json', wireSettings({ encoding: 'json' })],
  ['json and zstd', wireSettings({ encoding: 'json', compression: { algorithm: 'zstd', thresholdBytes: 0 } })],
])('entries in %s', (_, settings) => {
  test('all messages come out as they went in, with all that was given', () => {
    fc.assert(
      fc.property(messages, (sent) => {
        const { messages: received } = unpackEntry(entryOf(sent, settings), 3, MOST);
        expect(received).toStrictEqual(sent.map((one) => ({ ...ABSENT, ...one, deliveryCount: 3 })));
      }),
      { numRuns: 100 },
    );
  });

  test('members that are undefined are left out, at any depth', () => {
    const payload = { a: undefined, b: { c: undefined, d: [{ e: undefined, f: 1 }] }, g: null };
    const { messages: received } = unpackEntry(entryOf([message({ payload })], settings), 1, MOST);
    expect(received[0]?.payload).toStrictEqual({ b: { d: [{ f: 1 }] }, g: null });
    expect(payload.b).toHaveProperty('c');
  });

  test('a payload that is undefined comes as undefined', () => {
    const { messages: received } = unpackEntry(entryOf([message({ payload: undefined })], settings), 1, MOST);
    expect(received[0]?.payload).toBeUndefined();
  });

  test('bytes do not keep the entry that they came in', () => {
    const payload = { raw: Buffer.from('abc'), list: [new Uint8Array([1])] };
    const { messages: received } = unpackEntry(entryOf([message({ payload })], settings), 1, MOST);
    const copy = received[0]?.payload as { readonly raw: Uint8Array };
    expect(copy).toStrictEqual({ raw: new Uint8Array([97, 98, 99]), list: [new Uint8Array([1])] });
    expect(copy.raw.buffer.byteLength).toBe(3);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  test.each<[string, unknown, string]>([
    ['a function', { on: { close: () => 1 } }, 'payload.on.close'],
    ['a symbol', { tag: Symbol('x') }, 'payload.tag'],
    ['a symbol as key', { [Symbol('x')]: 1 }, 'payload'],
    ['a Date', { at: new Date(0) }, 'payload.at'],
    ['a Map', new Map(), 'payload'],
    ['a class instance', { error: new RangeError('x') }, 'payload.error'],
    ['undefined in an array', [1, undefined], 'payload[1]'],
    ['a bigint of more than 64 bits', { ns: 2n ** 64n }, 'payload.ns'],
    ['a cycle', cycle, 'payload.self'],
  ])('%s is refused by its path, and the other messages go', (_name, payload, path) => {
    const body = createBody(settings);
    expect(body.add(message({ payload: 1 }))).toBeUndefined();
    expect(body.add(message({ payload }))).toMatchObject({
      code: 'PAYLOAD_NOT_ENCODABLE',
      message: expect.stringContaining(path) as unknown,
    });
    expect(body.add(message({ payload: 2 }))).toBeUndefined();
    expect(body.count).toBe(2);
    expect(() => body.finish()).not.toThrow();
  });

  test('a payload over the bound is refused, one at the bound is not', () => {
    const body = createBody({ ...settings, maxPayloadBytes: 100 });
    expect(body.add(message({ payload: 'x'.repeat(98) }))).toBeUndefined();
    expect(body.add(message({ payload: 'x'.repeat(101) }))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('at most 100 bytes') as unknown,
    });
  });

  test('no byte of a body can be changed unnoticed, and none can be missing', () => {
    const entry = entryOf([message(), message({ sequence: 2 })], settings);
    fc.assert(
      fc.property(fc.nat(entry.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(entry);
        damaged[at] = (damaged[at] as number) ^ change;
        const header = 29 + 'node-1'.length;
        // What the header says is told apart only where it makes no sense; the body is guarded.
        if (at >= header) expect(() => unpackEntry(damaged, 1, MOST)).toThrow(WireError);
        expect(() => unpackEntry(entry.subarray(0, at), 1, MOST)).toThrow(WireError);
      }),
    );
  });
});

test('bytes of any kind are an entry or a WireError, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, versioned) => {
      const entry = Buffer.from(bytes);
      if (versioned && entry.length > 0) entry[0] = 1;
      try {
        unpackEntry(entry, 1, MOST);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
      expect('polluted' in {}).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test('an unknown version is told as such', () => {
  const entry = entryOf([message()]);
  entry[0] = 9;
  expect(() => unpackEntry(entry, 1, MOST)).toThrow(expect.objectContaining({ code: 'UNKNOWN_VERSION' }));
  expect(() => readEntryHeader(Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'UNKNOWN_VERSION' }));
});

test('no more is decompressed than allowed', () => {
  const settings = wireSettings({ compression: { algorithm: 'zstd' } });
  const entry = entryOf([message({ payload: 'x'.repeat(100_000) })], settings);
  expect(entry.length).toBeLessThan(1_000);
  expect(() => unpackEntry(entry, 1, 10_000)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  expect(zstdCompressSync(Buffer.alloc(10)).length).toBeGreaterThan(0);
});

test('what compression would not make smaller is stored as it is', () => {
  const settings = wireSettings({ compression: { algorithm: 'zstd', thresholdBytes: 0 } });
  expect(entryOf([message({ payload: 1 })], settings)).toEqual(entryOf([message({ payload: 1 })]));
});

test('the header tells who, which and how many without unpacking', () => {
  const entry = entryOf([message({ priority: Priority.LOW }), message({ priority: Priority.LOW })]);
  expect(readEntryHeader(entry)).toEqual({
    producer: 'node-1',
    epoch: 1_700_000_000_000_000,
    number: 7,
    messagesBefore: 600,
    count: 2,
    priority: Priority.LOW,
  });
});

test('what a body says of its size is never too little', () => {
  fc.assert(
    fc.property(
      fc.array(plainData, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('msgpack', 'json'),
      (all, encoding) => {
        const body = createBody(wireSettings({ encoding }));
        for (const [i, payload] of all.entries()) body.add(message({ payload, headers: { h: `${i}` } }));
        const { bytes } = body;
        expect(body.finish().bytes.length).toBeLessThanOrEqual(bytes);
      },
    ),
    { numRuns: 500 },
  );
});

test('a body is used again as if it were new', () => {
  const body = createBody(wireSettings());
  body.add(message({ payload: { a: new Uint8Array([1]) }, headers: { x: 'y' } }));
  body.finish();
  const fresh = createBody(wireSettings());
  for (const one of [body, fresh]) one.add(message({ payload: { b: 1 } }));
  expect(body.bytes).toBe(fresh.bytes);
  expect(body.finish()).toEqual(fresh.finish());
});

test.each([
  ['payload', { payload: '\ud800' }],
  ['payload.a', { payload: { a: '\udfff' } }],
  ['payload.a.b[0]', { payload: { a: { b: ['\ud800'] } } }],
  ['orderingKey', { orderingKey: '\ud800' }],
  ['correlationId', { correlationId: '\ud800' }],
  ['headers', { headers: { h: '\ud800' } }],
])('half of a surrogate pair in %s is refused, since UTF-8 has no form for it', (path, given) => {
  expect(createBody(wireSettings()).add(message(given))).toMatchObject({
    code: 'PAYLOAD_NOT_ENCODABLE',
    message: expect.stringMatching(new RegExp(`^${path.replaceAll(/[[\].]/gu, '\\$&')}: `, 'u')) as unknown,
  });
});

test('a refused payload leaves no trace among the others, whatever its shape', () => {
  const shape = fc.constantFrom<unknown>({ a: 1 }, { a: 1, b: 'x' }, { b: 2 }, 'text', [1], { a: 'y'.repeat(200) });
  const settings = wireSettings({ maxPayloadBytes: 100 });
  fc.assert(
    fc.property(fc.array(shape, { minLength: 1, maxLength: 20 }), (all) => {
      const body = createBody(settings);
      const taken = all.filter((payload) => body.add(message({ payload })) === undefined);
      if (taken.length === 0) return;
      const alone = taken.map((payload) => message({ payload }));
      expect(unpackEntry(entryOf(alone, settings), 1, MOST)).toEqual(unpackEntry(entryFrom(body), 1, MOST));
    }),
  );
});
