import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Priority } from '@tradewind/core-types';
import type { RedisStreamSettings } from '../options.ts';
import type { BodyBuilder, FinishedBody } from './body.ts';
import type { UnpackedEntry } from './entry.ts';
import { FLAG_JSON, FLAG_ZSTD, bodyOffset, crcOf, flagsOf, readEntryHeader, writeHeader } from './entry-layout.ts';
import { JsonBody, readJsonBody } from './json-body.ts';
import { MsgpackBody, readMsgpackBody } from './msgpack-body.ts';
import { WireError } from './wire-error.ts';

/** What a transport's options say about entries. */
export type WireSettings = Pick<RedisStreamSettings, 'encoding' | 'compression' | 'maxPayloadBytes' | 'maxEntryBytes'>;

export function createBody(settings: WireSettings): BodyBuilder {
  return settings.encoding === 'json'
    ? new JsonBody(settings.maxPayloadBytes)
    : new MsgpackBody(settings.maxPayloadBytes);
}

/** A body as an entry, compressed where that is wanted and makes it smaller. Its numbers are still to be written. */
export function packEntry(
  body: FinishedBody,
  header: { readonly producer: string; readonly priority: Priority; readonly count: number },
  compression: WireSettings['compression'],
): Buffer {
  let { bytes, flags } = body;
  if (compression !== undefined && bytes.length >= compression.thresholdBytes) {
    const params = { [constants.ZSTD_c_compressionLevel]: compression.level };
    const compressed = zstdCompressSync(bytes, { params });
    if (compressed.length < bytes.length) {
      bytes = compressed;
      flags |= FLAG_ZSTD;
    }
  }
  const { producer, priority, count } = header;
  const offset = bodyOffset(producer);
  const entry = Buffer.allocUnsafe(offset + bytes.length);
  entry.set(bytes, offset);
  writeHeader(entry, { producer, priority, count, flags }, crc32(bytes));
  return entry;
}

/**
 * The messages of an entry. The bytes may come from anywhere: nothing but data comes out, and no more than `maxEntryBytes` are
 * decompressed.
 *
 * @throws WireError `UNKNOWN_VERSION`, `CORRUPT`, `TOO_LARGE`.
 */
export function unpackEntry(bytes: Buffer, deliveryCount: number, maxEntryBytes: number): UnpackedEntry {
  const header = readEntryHeader(bytes);
  const flags = flagsOf(bytes);
  const stored = bytes.subarray(bodyOffset(header.producer));
  if (crc32(stored) !== crcOf(bytes)) {
    throw new WireError(
      'CORRUPT',
      `Expected an entry as it was written, received ${bytes.length} bytes that were changed.`,
    );
  }
  const body = (flags & FLAG_ZSTD) === 0 ? stored : decompress(stored, maxEntryBytes);
  try {
    const read = (flags & FLAG_JSON) === 0 ? readMsgpackBody : readJsonBody;
    return { header, messages: read(body, header, flags, deliveryCount), rawBytes: body.length };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WireError(
      'CORRUPT',
      `Expected a body of ${header.count} messages, received bytes that are none: ${why}.`,
      error,
    );
  }
}

function decompress(stored: Buffer, maxEntryBytes: number): Buffer {
  try {
    return zstdDecompressSync(stored, { maxOutputLength: maxEntryBytes });
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw tooLarge
      ? new WireError(
          'TOO_LARGE',
          `Expected at most maxEntryBytes, ${maxEntryBytes}, received an entry that unpacks to more.`,
          error,
        )
      : new WireError('CORRUPT', 'Expected zstd, received bytes that are none.', error);
  }
}
