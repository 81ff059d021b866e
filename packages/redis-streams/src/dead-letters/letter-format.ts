import { errorCode, showValue, type DeadLetter } from '@tradewind/core-types';
import { Packr, Unpackr } from 'msgpackr';

/** A dead letter as it is written; its id is the one of its entry. */
export type UnwrittenLetter = Omit<DeadLetter, 'id'>;

/**
 * Msgpack of plain maps, in which bigints are 64-bit integers. Without records and without the extensions
 * that make classes or structures: the bytes may come from anywhere.
 */
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: 'bigint', moreTypes: false });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'bigint', moreTypes: false });

export function packLetter(letter: UnwrittenLetter): Buffer {
  return packr.pack([LETTER_VERSION, withoutUndefined(letter)]);
}

/** @throws when the bytes are no dead letter. */
export function unpackLetter(id: string, bytes: Buffer): DeadLetter {
  const read: unknown = unpackr.unpack(bytes);
  if (!Array.isArray(read) || read[0] !== LETTER_VERSION || typeof read[1] !== 'object' || read[1] === null)
    throw new TypeError(`Expected a dead letter of version ${LETTER_VERSION} in the entry ${id}.`);
  return { ...(read[1] as UnwrittenLetter), id };
}

/** An error as a dead letter carries it: text, because an `Error` does not cross processes. */
export function causeOf(error: unknown): DeadLetter['cause'] {
  if (error instanceof Error)
    return {
      message: shorten(error.message, MAX_MESSAGE),
      code: errorCode(error),
      stack: shorten(error.stack, MAX_STACK),
    };
  return {
    message: typeof error === 'string' ? shorten(error, MAX_MESSAGE) : showValue(error),
    code: errorCode(error),
  };
}

function shorten(text: string, characters: number): string;
function shorten(text: string | undefined, characters: number): string | undefined;
function shorten(text: string | undefined, characters: number): string | undefined {
  return text === undefined || text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

/** Members that are undefined would come back as nil, which is null. */
function withoutUndefined(letter: UnwrittenLetter): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(letter)) if (value !== undefined) members[name] = value;
  const { cause } = letter;
  members['cause'] = Object.fromEntries(Object.entries(cause).filter(([, value]) => value !== undefined));
  return members;
}

const LETTER_VERSION = 1;
const MAX_MESSAGE = 4_096;
const MAX_STACK = 16_384;
