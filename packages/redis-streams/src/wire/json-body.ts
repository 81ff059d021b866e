import { types } from 'node:util';
import { ValidationError, jsonCodec, type TransportMessage } from '@tradewind/core-types';
import { tooLarge, unreadable, type BodyBuilder, type BodyReader, type FinishedBody, type Refusal } from './body.ts';
import type { UnpackedMessage } from './entry.ts';
import { FLAG_JSON } from './entry-layout.ts';

/**
 * Bodies in JSON: an array with one object for each message, `{"topic":…,"payload":…,"producer":…,"sequence":…,"publishedAtMs":…}` and
 * the optional members that were given, so that other languages read it. Bigints and bytes have the tags of the JSON codec.
 */
export class JsonBody implements BodyBuilder {
  count = 0;
  bytes = 2;
  readonly #maxPayloadBytes: number;
  #parts: Uint8Array[] = [];

  constructor(maxPayloadBytes: number) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  add(message: TransportMessage): Refusal | undefined {
    const { topic, payload, producer, sequence, publishedAtMs } = message;
    const { orderingKey, correlationId, expiresAtMs, headers } = message;
    let part: Uint8Array;
    try {
      part = jsonCodec.encode({
        topic,
        payload,
        producer,
        sequence,
        publishedAtMs,
        orderingKey,
        correlationId,
        expiresAtMs,
        headers,
      });
      if (part.length > this.#maxPayloadBytes) {
        const bytes = payload === undefined ? 0 : jsonCodec.encode(payload).length;
        if (bytes > this.#maxPayloadBytes) return tooLarge(this.#maxPayloadBytes, bytes);
      }
    } catch (error) {
      if (!types.isNativeError(error) || !(error instanceof ValidationError)) return unreadable(error);
      // The codec names the path in what it was given, which begins with its own name for it.
      return { code: 'PAYLOAD_NOT_ENCODABLE', message: error.message.replace(/^payload\.payload/u, 'payload') };
    }
    this.#parts.push(this.count === 0 ? OPEN : COMMA, part);
    this.bytes += part.length + 1;
    this.count += 1;
    return undefined;
  }

  finish(): FinishedBody {
    const bytes = Buffer.concat([...this.#parts, CLOSE]);
    this.#parts = [];
    this.count = 0;
    this.bytes = 2;
    return { bytes, flags: FLAG_JSON };
  }
}

export const readJsonBody: BodyReader = (bytes, { count, priority }, _flags, deliveryCount) => {
  const rows = jsonCodec.decode(bytes);
  if (!Array.isArray(rows) || rows.length !== count) throw new TypeError('not as many messages as its header says');
  return rows.map((row: Partial<UnpackedMessage> | null): UnpackedMessage => {
    if (typeof row?.topic !== 'string' || typeof row.producer !== 'string') throw new TypeError('no message');
    if (typeof row.sequence !== 'number' || typeof row.publishedAtMs !== 'number') throw new TypeError('no message');
    return {
      topic: row.topic,
      payload: row.payload,
      priority,
      producer: row.producer,
      sequence: row.sequence,
      publishedAtMs: row.publishedAtMs,
      deliveryCount,
      orderingKey: row.orderingKey,
      correlationId: row.correlationId,
      expiresAtMs: row.expiresAtMs,
      headers: row.headers,
    };
  });
};

const OPEN: Uint8Array = Buffer.from('[');
const COMMA: Uint8Array = Buffer.from(',');
const CLOSE: Uint8Array = Buffer.from(']');
