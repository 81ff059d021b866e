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
 * A record as it lies in the file: a marker, its length, the CRC-32 of what follows the head and that of the head before it, four bytes each; then
 * epoch (8), number (6), messages (2), whether it may be stored (1), the lengths of four texts (2 each), the texts, and the entry.
 *
 * The head has a checksum of its own, so that a record whose content is damaged is stepped over by its length, and only a damaged head has to be
 * searched beyond, from marker to marker.
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
  MARKER.copy(head);
  head.writeUInt32BE(content.length, 4);
  head.writeUInt32BE(crc32(content), 8);
  head.writeUInt32BE(crc32(head.subarray(0, 12)), 12);
  return Buffer.concat([head, content]);
}

/** What was found in bytes of the file. */
export interface FoundRecords {
  readonly records: readonly SpoolRecord[];
  /** What stands between whole records and is none. */
  readonly damaged: readonly Buffer[];
  /** Behind the last whole record. */
  readonly end: number;
  /** Whether what follows is the beginning of a record, as a write leaves it that did not come to its end. */
  readonly isUnfinished: boolean;
}

/** All whole records, whatever stands between them. */
export function findRecords(bytes: Buffer): FoundRecords {
  const records: SpoolRecord[] = [];
  const damaged: Buffer[] = [];
  let end = 0;
  let at = 0;
  while (at >= 0 && at < bytes.length) {
    const size = sizeAt(bytes, at);
    if (size === 'unfinished') return { records, damaged, end, isUnfinished: at === end };
    const record = size === undefined ? undefined : recordAt(bytes, at, size);
    if (record === undefined) {
      at = size === undefined ? bytes.indexOf(MARKER, at + 1) : at + size;
      continue;
    }
    if (at > end) damaged.push(bytes.subarray(end, at));
    records.push(record);
    at += size as number;
    end = at;
  }
  return { records, damaged, end, isUnfinished: false };
}

/** How many bytes the record takes whose head is here; undefined: none is. */
function sizeAt(bytes: Buffer, at: number): number | 'unfinished' | undefined {
  const head = bytes.subarray(at, at + HEAD_BYTES);
  const marked = Math.min(head.length, MARKER.length);
  if (head.compare(MARKER, 0, marked, 0, marked) !== 0) return undefined;
  if (head.length < HEAD_BYTES) return 'unfinished';
  const size = HEAD_BYTES + head.readUInt32BE(4);
  if (crc32(head.subarray(0, 12)) !== head.readUInt32BE(12) || size < HEAD_BYTES + FIXED_BYTES) return undefined;
  return at + size > bytes.length ? 'unfinished' : size;
}

function recordAt(bytes: Buffer, start: number, size: number): SpoolRecord | undefined {
  const content = bytes.subarray(start + HEAD_BYTES, start + size);
  if (crc32(content) !== bytes.readUInt32BE(start + 8)) return undefined;
  let at = FIXED_BYTES;
  const [stream = '', producerKey = '', topicsKey = '', topicsMember = ''] = [0, 1, 2, 3].map((i) => {
    const from = at;
    at += content.readUInt16BE(17 + 2 * i);
    return content.toString('utf8', from, at);
  });
  return {
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
}

const MARKER = Buffer.of(0x1e, 0x54, 0x57, 0x1d);
const HEAD_BYTES = 16;
const FIXED_BYTES = 25;
