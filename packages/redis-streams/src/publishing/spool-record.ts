import { crc32 } from 'node:zlib';
import type { SealedEntry } from './sealed-entry.ts';
import type { StreamOutlet } from './stream-outlet.ts';

/** An entry as it waits on disk, with where it belongs. */
export interface SpoolRecord {
  readonly stream: string;
  readonly producerKey: string;
  /** Empty, unless streams go by topic: the set of topics, and how this stream stands in it. */
  readonly topicsKey: string;
  readonly topicsMember: string;
  readonly epoch: number;
  readonly number: number;
  readonly count: number;
  /** Whether Redis may have it already. */
  readonly maybeStored: boolean;
  readonly bytes: Buffer;
}

/**
 * A record as it lies in the file: its length and the CRC-32 of what follows, four bytes each; then epoch (8), number (6), messages (2),
 * whether it may be stored (1), the lengths of four texts (2 each), the texts, and the entry.
 */
export function encodeRecord(outlet: StreamOutlet, entry: SealedEntry): Buffer {
  const texts = [outlet.stream, outlet.producerKey, outlet.topics?.key ?? '', outlet.topics?.member ?? ''].map((text) =>
    Buffer.from(text),
  );
  const fixed = Buffer.alloc(FIXED_BYTES);
  fixed.writeDoubleBE(entry.epoch, 0);
  fixed.writeUIntBE(entry.number, 8, 6);
  fixed.writeUInt16BE(entry.count, 14);
  fixed[16] = entry.maybeStored ? 1 : 0;
  for (const [i, text] of texts.entries()) fixed.writeUInt16BE(text.length, 17 + 2 * i);
  const content = Buffer.concat([fixed, ...texts, entry.bytes]);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(content.length, 0);
  head.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([head, content]);
}

/**
 * The record at `offset`, and how many bytes it takes. `'incomplete'`: more bytes are needed. Undefined: these are none, as after a power
 * failure in the middle of a write.
 */
export function decodeRecord(
  bytes: Buffer,
  offset: number,
): { readonly record: SpoolRecord; readonly size: number } | 'incomplete' | undefined {
  if (bytes.length - offset < HEAD_BYTES) return 'incomplete';
  const length = bytes.readUInt32BE(offset);
  if (length < FIXED_BYTES || length > MOST_BYTES) return undefined;
  if (bytes.length - offset < HEAD_BYTES + length) return 'incomplete';
  const content = bytes.subarray(offset + HEAD_BYTES, offset + HEAD_BYTES + length);
  if (crc32(content) !== bytes.readUInt32BE(offset + 4)) return undefined;
  let at = FIXED_BYTES;
  const [stream = '', producerKey = '', topicsKey = '', topicsMember = ''] = [0, 1, 2, 3].map((i) => {
    const from = at;
    at += content.readUInt16BE(17 + 2 * i);
    return content.toString('utf8', from, at);
  });
  const record: SpoolRecord = {
    stream,
    producerKey,
    topicsKey,
    topicsMember,
    epoch: content.readDoubleBE(0),
    number: content.readUIntBE(8, 6),
    count: content.readUInt16BE(14),
    maybeStored: content[16] === 1,
    // A copy: the buffer that was read into is used again.
    bytes: Buffer.from(content.subarray(at)),
  };
  return { record, size: HEAD_BYTES + length };
}

const HEAD_BYTES = 8;
const FIXED_BYTES = 25;
/** An entry and its keys; more is damage. */
const MOST_BYTES = 2 ** 29;
