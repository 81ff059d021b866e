import { Priority } from '@tradewind/core-types';
import { array, assert, nat, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { resolveOptions } from '../../src/options-schema.ts';
import type { SealedEntry } from '../../src/publishing/sealed-entry.ts';
import { encodeRecord, findRecords } from '../../src/publishing/spool-record.ts';
import { StreamOutlet } from '../../src/publishing/stream-outlet.ts';

const OUTLET = new StreamOutlet({
  stream: '{stream:0}:normal',
  shard: 0,
  producerKey: '{stream:0}:normal:producer:p',
  priority: Priority.NORMAL,
  topics: { key: '{stream:0}:topics', member: 'normal:data.test' },
  epoch: 1,
  settings: resolveOptions({ connection: 'redis://127.0.0.1' }),
  onRefused: () => {},
});

function recordOf(bytes: Uint8Array, number: number): Buffer {
  const entry: SealedEntry = {
    bytes: Buffer.from(bytes),
    count: 3,
    rawBytes: bytes.length,
    parts: [],
    epoch: 7,
    number,
    attempts: 0,
    isOut: false,
    maybeStored: number % 2 === 0,
    isCounted: false,
    isForgotten: false,
    forced: false,
  };
  return encodeRecord(OUTLET, entry);
}

/** Records one behind the other; some hold what looks like a record. */
const FILE = array(uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 6 }).map((entries) =>
  entries.map((bytes, i) => recordOf(i % 3 === 2 ? recordOf(bytes, 1_000) : bytes, i + 1)),
);

test('records come back as they were', () => {
  assert(
    property(FILE, (records) => {
      const { records: found, damaged, end, isUnfinished } = findRecords(Buffer.concat(records));
      expect(found.map(({ number }) => number)).toEqual(records.map((_, i) => i + 1));
      expect(found[0]).toMatchObject({ epoch: 7, count: 3, maybeStored: false, stream: OUTLET.stream });
      expect(damaged).toEqual([]);
      expect(isUnfinished).toBe(false);
      expect(end).toBe(Buffer.concat(records).length);
    }),
  );
});

test('a file that ends in the middle of a record has all before it, and says that the rest is unfinished', () => {
  assert(
    property(FILE, nat(), (records, cut) => {
      const bytes = Buffer.concat(records);
      const length = cut % bytes.length;
      const whole = wholeWithin(records, 0, length);
      const found = findRecords(bytes.subarray(0, length));
      expect(found.records.map(({ number }) => number)).toEqual(whole);
      expect(found.damaged).toEqual([]);
      expect(found.isUnfinished).toBe(found.end < length);
    }),
  );
});

test('damage costs the records that it touches, and no other', () => {
  assert(
    property(FILE, nat(), uint8Array({ minLength: 1, maxLength: 40 }), (records, place, noise) => {
      const bytes = Buffer.concat(records);
      const from = place % bytes.length;
      const to = Math.min(bytes.length, from + noise.length);
      // A byte that is damaged differs from what it was.
      for (let i = from; i < to; i += 1) bytes[i] = (bytes[i] as number) ^ ((noise[i - from] as number) | 1);
      const found = findRecords(bytes);
      const whole = [...wholeWithin(records, 0, from), ...wholeWithin(records, to, bytes.length)];
      expect(found.records.map(({ number }) => number)).toEqual(expect.arrayContaining(whole));
      // What looked like a record inside a damaged one may have come to light; nothing else may.
      expect(found.records.filter(({ number }) => number < 1_000).map(({ number }) => number)).toEqual(whole);
      const kept = found.damaged.reduce((sum, { length }) => sum + length, 0);
      expect(kept + bytes.length - found.end).toBeGreaterThanOrEqual(to - from);
    }),
  );
});

/** The numbers of records that lie within these bytes. */
function wholeWithin(records: readonly Buffer[], from: number, to: number): readonly number[] {
  let at = 0;
  return records.flatMap(({ length }, i) => {
    const start = at;
    at += length;
    return start >= from && at <= to ? [i + 1] : [];
  });
}
