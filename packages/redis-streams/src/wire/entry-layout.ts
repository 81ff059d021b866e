import type { Priority } from '@tradewind/core-types';
import type { EntryHeader } from './entry.ts';
import { WireError } from './wire-error.ts';

/**
 * How an entry lies in its field `b`. Numbers are big-endian.
 *
 * | bytes | what |
 * |---|---|
 * | 0 | version, 1 |
 * | 1 | flags: 1 JSON instead of msgpack, 2 zstd, 4 payloads hold bytes; 48 the priority, shifted by 4 |
 * | 2–5 | CRC-32 of the body as it is stored |
 * | 6–13 | epoch, as a double |
 * | 14–19 | number |
 * | 20–25 | messages before |
 * | 26–27 | messages in it |
 * | 28 | length of the producer's name, which follows in ASCII |
 * | then | the body |
 *
 * Numbers stand outside the body, so that they can be given when an entry is sent, and a duplicate is known without unpacking it.
 */
const ENTRY_VERSION = 1;
export const FLAG_JSON = 1;
export const FLAG_ZSTD = 2;
export const FLAG_BYTES = 4;

/** Where the body begins. */
export function bodyOffset(producer: string): number {
  return PRODUCER_AT + producer.length;
}

/** Writes what does not change when an entry is sent again. The body must be in its place. */
export function writeHeader(
  bytes: Buffer,
  header: { readonly producer: string; readonly priority: Priority; readonly count: number; readonly flags: number },
  crc: number,
): void {
  bytes[0] = ENTRY_VERSION;
  bytes[1] = header.flags | (header.priority << PRIORITY_SHIFT);
  bytes.writeUInt32BE(crc, CRC_AT);
  bytes.writeUInt16BE(header.count, COUNT_AT);
  bytes[PRODUCER_LENGTH_AT] = header.producer.length;
  bytes.write(header.producer, PRODUCER_AT, 'latin1');
}

/** Gives an entry its place among those of its producer. */
export function writeNumbers(bytes: Buffer, epoch: number, number: number, messagesBefore: number): void {
  bytes.writeDoubleBE(epoch, EPOCH_AT);
  bytes.writeUIntBE(number, NUMBER_AT, 6);
  bytes.writeUIntBE(messagesBefore, BEFORE_AT, 6);
}

/**
 * What an entry says about itself, without unpacking it.
 *
 * @throws WireError `UNKNOWN_VERSION`, `CORRUPT`.
 */
export function readEntryHeader(bytes: Buffer): EntryHeader {
  const version = bytes[0];
  if (version !== ENTRY_VERSION) {
    throw new WireError(
      'UNKNOWN_VERSION',
      `Expected an entry of version ${ENTRY_VERSION}, received ${version === undefined ? 'no bytes' : `version ${version}`}.`,
    );
  }
  const end = PRODUCER_AT + (bytes[PRODUCER_LENGTH_AT] ?? 0);
  if (bytes.length < PRODUCER_AT || bytes.length < end) throw truncated(bytes);
  const header = {
    producer: bytes.toString('latin1', PRODUCER_AT, end),
    epoch: bytes.readDoubleBE(EPOCH_AT),
    number: bytes.readUIntBE(NUMBER_AT, 6),
    messagesBefore: bytes.readUIntBE(BEFORE_AT, 6),
    count: bytes.readUInt16BE(COUNT_AT),
    priority: (((bytes[1] as number) >> PRIORITY_SHIFT) & 3) as Priority,
  };
  if (header.count === 0 || !Number.isSafeInteger(header.epoch)) {
    throw new WireError('CORRUPT', 'Expected an entry with messages, received a header that makes no sense.');
  }
  return header;
}

export function flagsOf(bytes: Buffer): number {
  return (bytes[1] ?? 0) & FLAGS;
}

export function crcOf(bytes: Buffer): number {
  return bytes.readUInt32BE(CRC_AT);
}

function truncated(bytes: Buffer): WireError {
  return new WireError('CORRUPT', `Expected a whole entry, received ${bytes.length} bytes that end too early.`);
}

const CRC_AT = 2;
const EPOCH_AT = 6;
const NUMBER_AT = 14;
const BEFORE_AT = 20;
const COUNT_AT = 26;
const PRODUCER_LENGTH_AT = 28;
const PRODUCER_AT = 29;
const PRIORITY_SHIFT = 4;
const FLAGS = FLAG_JSON | FLAG_ZSTD | FLAG_BYTES;
