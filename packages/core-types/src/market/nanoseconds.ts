import { ValidationError, showValue } from '../vocabulary/errors.ts';

/**
 * A moment as whole nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted: what exchanges stamp.
 *
 * From 0 to 2^63 - 1 (the year 2262), so it fits a signed 64-bit column of any database or wire format. A `bigint`, because a
 * `number` has held only every 256th nanosecond since 2006.
 */
export type TimestampNs = bigint & { readonly __tradewindTimestampNs: true };

/** The last moment that is a {@link TimestampNs}. */
export const MAX_TIMESTAMP_NS: TimestampNs = (2n ** 63n - 1n) as TimestampNs;

/**
 * Reads a moment from a `bigint`, or from decimal digits, which is the form in JSON.
 *
 * A `number` is refused: if it holds nanoseconds its last digits are gone, and if it holds milliseconds only the caller knows,
 * who says so with {@link timestampNsFromMs}.
 *
 * @throws ValidationError `INVALID_TIMESTAMP`
 */
export function parseTimestampNs(input: unknown): TimestampNs {
  const value = typeof input === 'string' ? fromDigits(input) : input;
  if (typeof value !== 'bigint' || value < 0n || value > MAX_TIMESTAMP_NS) {
    throw invalid(
      input,
      'nanoseconds since 1970 as a bigint or decimal digits',
      'Milliseconds go through timestampNsFromMs, text such as 2024-08-08T12:00:00Z through timestampNsFromIso.',
    );
  }
  return value as TimestampNs;
}

/**
 * The moment of so many whole milliseconds since 1970, as `Date.now()` gives them.
 *
 * @throws ValidationError `INVALID_TIMESTAMP` when it is not a safe integer, negative, or later than the year 2262.
 */
export function timestampNsFromMs(ms: number): TimestampNs {
  const value = Number.isSafeInteger(ms) ? BigInt(ms) * NS_PER_MS : -1n;
  if (value < 0n || value > MAX_TIMESTAMP_NS) {
    throw invalid(
      ms,
      'whole milliseconds since 1970',
      'Round fractional milliseconds, or multiply seconds by 1000, before you convert.',
    );
  }
  return value as TimestampNs;
}

/** Whole milliseconds since 1970; the rest of the millisecond is dropped. */
export function timestampNsToMs(timestamp: TimestampNs): number {
  return Number(timestamp / NS_PER_MS);
}

/**
 * Reads ISO 8601 text with up to nine digits of a second and a zone: `2024-08-08T12:00:00.123456789Z`, `2024-08-08T14:00:00+02:00`.
 *
 * Nothing is rounded and nothing is guessed: a text without a zone, a day that is not in the calendar, a leap second or a tenth
 * digit is an error.
 *
 * @throws ValidationError `INVALID_TIMESTAMP`
 */
export function timestampNsFromIso(text: string): TimestampNs {
  const match = typeof text === 'string' && text.length <= MAX_ISO_CHARACTERS ? ISO_8601.exec(text) : null;
  const value = match === null ? undefined : fromFields(match);
  if (value === undefined || value < 0n || value > MAX_TIMESTAMP_NS) {
    throw invalid(
      text,
      'a moment such as 2024-08-08T12:00:00.123456789Z, of 1970 to 2262',
      'Give the zone (Z or +02:00) and at most nine digits of a second.',
    );
  }
  return value as TimestampNs;
}

/** ISO 8601 text in UTC with all nine digits, so that texts sort as the moments do. {@link timestampNsFromIso} reads it back identically. */
export function timestampNsToIso(timestamp: TimestampNs): string {
  const toSecond = new Date(Number(timestamp / NS_PER_SECOND) * 1000)
    .toISOString()
    .slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return `${toSecond}.${(timestamp % NS_PER_SECOND).toString().padStart(9, '0')}Z`;
}

function fromDigits(text: string): bigint | undefined {
  return text.length <= MAX_DIGITS && DIGITS.test(text) ? BigInt(text) : undefined;
}

function fromFields(match: RegExpExecArray): bigint | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls the 30th of February over into March; the calendar does not.
  if (new Date(dayMs).getUTCDate() !== Number(day) || Number(month) > 12 || Number(month) < 1) return undefined;
  if (
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 59 ||
    Number(zoneHour) > 23 ||
    Number(zoneMinute) > 59
  )
    return undefined;
  const offsetMinutes = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const seconds = dayMs / 1000 + (Number(hour) * 60 + Number(minute) - offsetMinutes) * 60 + Number(second);
  return BigInt(seconds) * NS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
}

function invalid(input: unknown, expected: string, hint: string): ValidationError {
  return new ValidationError('INVALID_TIMESTAMP', { path: '', expected, received: showValue(input), hint });
}

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
const DIGITS = /^\d+$/;
const MAX_DIGITS = MAX_TIMESTAMP_NS.toString().length;
const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const MAX_ISO_CHARACTERS = 'yyyy-mm-ddThh:mm:ss.nnnnnnnnn+hh:mm'.length;
