/** The leaves that events, orders and accounts share. Private, like all of `schema.ts`. */
import type * as z from 'zod';
import { parseDecimalText, type DecimalText } from './decimal.ts';
import { NAME_LIMITS, isName, isVenueName, parseInstrumentId, type InstrumentId } from './instrument-id.ts';
import { parseTimestampNs, type TimestampNs } from './nanoseconds.ts';
import { fault, leaf } from './schema.ts';

/** Any exact decimal number. */
export const decimal: z.ZodType<DecimalText> = leaf(parseDecimalText);

/** A size, a quantity, a volume: zero or more. */
export const quantity: z.ZodType<DecimalText> = leaf(readQuantity);

/** A tick, a lot, the quantity of an order: more than zero. */
export const positive: z.ZodType<DecimalText> = leaf((input) => {
  const text = readQuantity(input);
  if (text === '0') throw fault('a decimal number greater than zero', input);
  return text;
});

/** A moment in nanoseconds since the epoch, in any form that `parseTimestampNs` reads. */
export const timestamp: z.ZodType<TimestampNs> = leaf(parseTimestampNs);
/** An instrument in its text form, `SYMBOL.VENUE`. */
export const instrumentId: z.ZodType<InstrumentId> = leaf(parseInstrumentId);

/** The name of a venue, as in an instrument. */
export const venueName: z.ZodType<string> = leaf((input) => {
  if (!isVenueName(input))
    throw fault(`a venue of 1 to ${NAME_LIMITS.maxVenueCharacters} characters without dots`, input);
  return input;
});

/** An identifier of an order, a strategy, an account, a currency: 1 to 128 characters, no control characters, no space at either end. */
export const identifier: z.ZodType<string> = leaf((input) => {
  if (!isName(input, MAX_IDENTIFIER_CHARACTERS))
    throw fault(`a name of 1 to ${MAX_IDENTIFIER_CHARACTERS} characters`, input);
  return input;
});

/** Free text for people, such as a venue's reason for a rejection. Bounded, but otherwise as it came. */
export const reason: z.ZodType<string> = leaf((input) => {
  if (typeof input !== 'string' || input.length > MAX_REASON_CHARACTERS) {
    throw fault(`a text of at most ${MAX_REASON_CHARACTERS} characters`, input);
  }
  return input;
});

/** True or false, and nothing that merely counts as either. */
export const flag: z.ZodType<boolean> = leaf((input) => {
  if (typeof input !== 'boolean') throw fault('true or false', input);
  return input;
});

/** A number that a venue gives to an update. A `bigint`, since some venues number in nanoseconds or in 64 bits. */
export const venueNumber: z.ZodType<bigint> = leaf((input) => {
  const value =
    typeof input === 'string' && DIGITS.test(input)
      ? BigInt(input)
      : Number.isSafeInteger(input)
        ? BigInt(input as number)
        : input;
  if (typeof value !== 'bigint' || value < 0n || value > MAX_UINT64)
    throw fault('an integer from 0 to 2^64 - 1, as a bigint or digits', input);
  return value;
});

/** Exactly one text: the tag of a union. */
export function tag<const T extends string>(value: T): z.ZodType<T> {
  return oneOf([value]);
}

/** One of a few texts. */
export function oneOf<const T extends string>(members: readonly T[]): z.ZodType<T> {
  const known: ReadonlySet<unknown> = new Set(members);
  const expected = members.length === 1 ? `"${members[0]}"` : `one of ${members.join(', ')}`;
  return leaf((input) => {
    if (!known.has(input)) throw fault(expected, input);
    return input as T;
  });
}

/** A safe integer between two bounds, both included. */
export function integer(bounds: { readonly min: number; readonly max: number }): z.ZodType<number> {
  const { min, max } = bounds;
  return leaf((input) => {
    if (typeof input !== 'number' || !Number.isSafeInteger(input) || input < min || input > max) {
      throw fault(`an integer from ${min} to ${max}`, input);
    }
    return input;
  });
}

function readQuantity(input: unknown): DecimalText {
  const text = parseDecimalText(input);
  if (text.startsWith('-')) throw fault('a decimal number of zero or more', input);
  return text;
}

const MAX_IDENTIFIER_CHARACTERS = 128;
const MAX_REASON_CHARACTERS = 1024;
const MAX_UINT64 = 2n ** 64n - 1n;
const DIGITS = /^\d{1,20}$/;
