import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_TIMESTAMP_NS,
  parseTimestampNs,
  timestampNsFromIso,
  timestampNsFromMs,
  timestampNsToIso,
  timestampNsToMs,
  type TimestampNs,
} from '../../src/market/nanoseconds.ts';
import { timestamp } from './arbitraries.ts';

const invalid = expect.objectContaining({ code: 'INVALID_TIMESTAMP' });

describe('parseTimestampNs', () => {
  it('takes a bigint and its decimal digits, and gives the same moment', () => {
    fc.assert(
      fc.property(timestamp, (moment) => {
        expect(parseTimestampNs(moment)).toBe(moment);
        expect(parseTimestampNs(moment.toString())).toBe(moment);
      }),
    );
  });

  it.each([
    1723161254024,
    1.5,
    Number.NaN,
    '',
    '-1',
    '1.5',
    '1e9',
    '0x10',
    ' 1',
    '2024-08-08T12:00:00Z',
    -1n,
    2n ** 63n,
    (2n ** 63n).toString(),
    null,
    undefined,
    {},
    [],
    new Date(0),
  ])('refuses %s', (input) => {
    expect(() => parseTimestampNs(input)).toThrow(invalid);
  });

  it('tells who passes a number where milliseconds go', () => {
    expect(() => parseTimestampNs(1723161254024)).toThrow(/Milliseconds go through timestampNsFromMs/);
  });

  it('refuses huge texts at once', () => {
    expect(() => parseTimestampNs('9'.repeat(1_000_000))).toThrow(invalid);
    expect(() => timestampNsFromIso(`2024-01-01T00:00:00.${'0'.repeat(1_000_000)}Z`)).toThrow(invalid);
  });

  it('ends at the largest signed 64-bit number', () => {
    expect(parseTimestampNs('9223372036854775807')).toBe(MAX_TIMESTAMP_NS);
    expect(timestampNsToIso(MAX_TIMESTAMP_NS)).toBe('2262-04-11T23:47:16.854775807Z');
  });
});

describe('milliseconds', () => {
  it('come back whole, and drop the rest of a millisecond', () => {
    fc.assert(
      fc.property(timestamp, (moment) => {
        const ms = timestampNsToMs(moment);
        const floor = timestampNsFromMs(ms);
        expect(timestampNsToMs(floor)).toBe(ms);
        expect(moment - floor).toBeGreaterThanOrEqual(0n);
        expect(moment - floor).toBeLessThan(1_000_000n);
      }),
    );
  });

  it.each([0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 9_223_372_036_855, '5', 5n])('refuses %s', (ms) => {
    expect(() => timestampNsFromMs(ms as number)).toThrow(invalid);
  });
});

describe('ISO 8601 text', () => {
  it('comes back to the nanosecond', () => {
    fc.assert(
      fc.property(timestamp, (moment) => {
        expect(timestampNsFromIso(timestampNsToIso(moment))).toBe(moment);
      }),
      { numRuns: 1000 },
    );
  });

  it('sorts as the moments do', () => {
    fc.assert(
      fc.property(timestamp, timestamp, (a, b) => {
        expect(timestampNsToIso(a) < timestampNsToIso(b)).toBe(a < b);
      }),
    );
  });

  it.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['1970-01-01T00:00:00.000000001Z', 1n],
    ['2024-08-08T12:00:00.1Z', 1723118400100000000n],
    ['2024-08-08T14:00:00.123456789+02:00', 1723118400123456789n],
    ['2024-08-08T06:30:00-05:30', 1723118400000000000n],
    ['2024-02-29T00:00:00Z', 1709164800000000000n],
    ['2021-07-23T04:00:00.000Z', 1627012800000000000n],
  ])('%s is %s', (text, moment) => {
    expect(timestampNsFromIso(text)).toBe(moment);
  });

  it('agrees with Date where Date can tell', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2262-04-11T00:00:00Z'), noInvalidDate: true }), (date) => {
        expect(timestampNsFromIso(date.toISOString())).toBe(timestampNsFromMs(date.getTime()));
      }),
    );
  });

  it.each([
    '2024-08-08',
    '2024-08-08T12:00:00',
    '2024-08-08 12:00:00Z',
    '2024-08-08T12:00Z',
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-06-30T23:59:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00.1234567890Z',
    '2024-01-01T00:00:00+24:00',
    '1969-12-31T23:59:59.999999999Z',
    '2262-04-11T23:47:16.854775808Z',
    '2024-01-01T00:00:00z',
    '',
  ])('refuses %s', (text) => {
    expect(() => timestampNsFromIso(text)).toThrow(invalid);
  });

  it('formats all nine digits', () => {
    expect(timestampNsToIso(1723118400100000000n as TimestampNs)).toBe('2024-08-08T12:00:00.100000000Z');
  });
});
