import { crc32 } from 'node:zlib';
import type { MetricLabels } from '@tradewind/core-types';

/** Some scrapes of all series, as they are on disk. */
export interface Block {
  readonly timesMs: Float64Array;
  readonly series: readonly { readonly name: string; readonly labels: MetricLabels; readonly values: Float64Array }[];
}

/**
 * A block as bytes: the length of a header, the header as JSON, times, and the values of one series after the other.
 *
 * Numbers are doubles with the lowest byte first, as every processor that Node runs on has them.
 */
export function encodeBlock({ timesMs, series }: Block): Buffer {
  const header = Buffer.from(
    JSON.stringify({ times: timesMs.length, series: series.map(({ name, labels }) => [name, labels]) }),
  );
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, bytesOf(timesMs), ...series.map(({ values }) => bytesOf(values))]);
}

/** @returns Undefined for bytes that are no block. */
export function decodeBlock(bytes: Buffer): Block | undefined {
  const header = readHeader(bytes);
  if (header === undefined) return undefined;
  const { times, series, end } = header;
  if (bytes.length !== end + times * (series.length + 1) * DOUBLE_BYTES) return undefined;
  const column = (at: number): Float64Array => {
    const from = bytes.byteOffset + end + at * times * DOUBLE_BYTES;
    // A copy: a view would have to begin at a multiple of eight.
    return new Float64Array(bytes.buffer.slice(from, from + times * DOUBLE_BYTES) as ArrayBuffer);
  };
  return {
    timesMs: column(0),
    series: series.map(([name, labels], at) => ({ name, labels, values: column(at + 1) })),
  };
}

/** What stands before a block in a file: its length and a check sum, so that a torn end is noticed. */
export function frame(payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_BYTES);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(crc32(payload), LENGTH_BYTES);
  return Buffer.concat([head, payload]);
}

/** The payloads of a file up to the first that is torn, and where the sound part ends. */
export function unframe(bytes: Buffer): { readonly payloads: readonly Buffer[]; readonly soundBytes: number } {
  const payloads: Buffer[] = [];
  let at = 0;
  while (at + FRAME_BYTES <= bytes.length) {
    const end = at + FRAME_BYTES + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    const payload = bytes.subarray(at + FRAME_BYTES, end);
    if (crc32(payload) !== bytes.readUInt32LE(at + LENGTH_BYTES)) break;
    payloads.push(payload);
    at = end;
  }
  return { payloads, soundBytes: at };
}

interface Header {
  readonly times: number;
  readonly series: readonly (readonly [string, MetricLabels])[];
  readonly end: number;
}

function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + bytes.readUInt32LE(0);
  if (end > bytes.length) return undefined;
  try {
    const { times, series } = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)) as Omit<Header, 'end'>;
    return Number.isInteger(times) && times > 0 && Array.isArray(series) ? { times, series, end } : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(values: Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

const LENGTH_BYTES = 4;
const FRAME_BYTES = 8;
const DOUBLE_BYTES = 8;
