import { types } from 'node:util';
import { Priority, type TransportMessage } from '@tradewind/core-types';
import { Packr } from 'msgpackr';
import {
  tooLarge,
  unreadable,
  type BodyBuilder,
  type BodyReader,
  type FinishedBody,
  type Refusal,
  type RefusedMessage,
} from './body.ts';
import { NUMBER_BYTES, NotCarriable, STRUCTURE_BYTES } from './carriable.ts';
import { packColumn, unpackColumn, type Column, type ColumnHistory } from './columns.ts';
import type { EntryHeader, UnpackedMessage } from './entry.ts';
import { FLAG_BYTES } from './entry-layout.ts';
import { PayloadShapes } from './payload-shapes.ts';
import { unpackPayloads } from './payload-rows.ts';

/** No records: msgpackr would compile a function for each shape that it reads, out of names that came over the network. */
const packr: Packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  mapsAsObjects: true,
  int64AsType: 'bigint',
});

/** The members of a message in the order in which their columns stand; the payloads come behind them. */
const REQUIRED = ['topic', 'producer', 'sequence', 'publishedAtMs'] as const;
const OPTIONAL = ['orderingKey', 'correlationId', 'expiresAtMs', 'headers'] as const;

/** Bodies in msgpack, by columns. */
export class MsgpackBody implements BodyBuilder {
  count = 0;
  bytes: number = BASE_BYTES;
  readonly #maxPayloadBytes: number;
  readonly #payloads = new PayloadShapes();
  readonly #topicHistory: ColumnHistory = { skips: 0 };
  /** Used again for the next entry; only the first `count` values count. */
  readonly #topics: string[] = [];
  readonly #producers: string[] = [];
  readonly #sequences: number[] = [];
  readonly #publishedAtMs: number[] = [];
  /** Undefined while no message has the member. */
  #optional: (unknown[] | undefined)[] = [undefined, undefined, undefined, undefined];

  constructor(maxPayloadBytes: number) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  add(message: TransportMessage): Refusal | undefined {
    let bytes: number;
    let headerBytes = 0;
    let isPushed = false;
    // All that runs code of the payload stands before anything counts: a getter may throw, and a proxy may be revoked.
    try {
      const illFormed = illFormedMember(message);
      if (illFormed !== undefined) return { code: 'PAYLOAD_NOT_ENCODABLE', message: illFormed };
      if (message.headers !== undefined) headerBytes = sizeOfHeaders(message.headers);
      bytes = this.#payloads.push(message.payload);
      isPushed = true;
      if (bytes > this.#maxPayloadBytes) {
        bytes = packr.pack(message.payload).length;
        if (bytes > this.#maxPayloadBytes) {
          this.#payloads.pop();
          return tooLarge(this.#maxPayloadBytes, bytes);
        }
      }
    } catch (error) {
      if (isPushed) this.#payloads.pop();
      return refusalOf(error);
    }
    const at = this.count;
    this.#topics[at] = message.topic;
    this.#producers[at] = message.producer;
    this.#sequences[at] = message.sequence;
    this.#publishedAtMs[at] = message.publishedAtMs;
    this.bytes += bytes + (message.topic.length + message.producer.length) * 3 + META_BYTES;
    if (message.orderingKey !== undefined) this.#give(0, message.orderingKey, message.orderingKey.length * 3);
    if (message.correlationId !== undefined) this.#give(1, message.correlationId, message.correlationId.length * 3);
    if (message.expiresAtMs !== undefined) this.#give(2, message.expiresAtMs, NUMBER_BYTES);
    if (message.headers !== undefined) this.#give(3, message.headers, headerBytes);
    this.count += 1;
    return undefined;
  }

  finish(): FinishedBody {
    const { count } = this;
    const flags = this.#payloads.hasBytes ? FLAG_BYTES : 0;
    const body: unknown[] = [
      packColumn(this.#topics, count, this.#topicHistory),
      packColumn(this.#producers, count),
      packColumn(this.#sequences, count),
      packColumn(this.#publishedAtMs, count),
      ...this.#optional.map((values) => (values === undefined ? null : packColumn(filled(values, count), count))),
      this.#payloads.finish(this.bytes <= MOST_KEPT_BYTES),
    ];
    this.#optional = [undefined, undefined, undefined, undefined];
    this.count = 0;
    this.bytes = BASE_BYTES;
    try {
      return { bytes: packr.pack(body), flags };
    } catch {
      return finishReadable(body, count, this.#maxPayloadBytes);
    }
  }

  #give(place: number, value: unknown, bytes: number): void {
    const values = (this.#optional[place] ??= []);
    values[this.count] = value;
    this.bytes += bytes + STRUCTURE_BYTES;
  }
}

/**
 * The body without the messages that cannot be read any more: what is nested in a payload was only looked at when it was taken, and may be
 * a proxy that was revoked since. Each message is packed by itself, which costs its time only here.
 */
function finishReadable(columns: unknown, count: number, maxPayloadBytes: number): FinishedBody {
  const readable = new MsgpackBody(maxPayloadBytes);
  const refused: RefusedMessage[] = [];
  const messages = messagesOf(columns, { count, priority: Priority.NORMAL }, 0, 1);
  for (let place = 0; place < messages.length; place += 1) {
    const refusal = addCopy(readable, messages[place] as UnpackedMessage);
    if (refusal !== undefined) refused.push({ place, refusal });
  }
  const body = readable.count === 0 ? { bytes: Buffer.alloc(0), flags: 0 } : readable.finish();
  return { ...body, refused };
}

/** Adds what comes out of its bytes: nothing in it runs code, so that it can be packed with the others. */
function addCopy(body: BodyBuilder, message: UnpackedMessage): Refusal | undefined {
  try {
    const copy = packr.unpack(packr.pack([message.payload, message.headers])) as [unknown, UnpackedMessage['headers']];
    const [payload, headers] = copy;
    return body.add({ ...message, payload, headers });
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): Refusal {
  if (!types.isNativeError(error) || !(error instanceof NotCarriable)) return unreadable(error);
  return { code: 'PAYLOAD_NOT_ENCODABLE', message: error.message };
}

export const readMsgpackBody: BodyReader = (bytes, header, flags, deliveryCount) =>
  messagesOf(packr.unpack(bytes), header, flags, deliveryCount);

function messagesOf(
  body: unknown,
  header: Pick<EntryHeader, 'count' | 'priority'>,
  flags: number,
  deliveryCount: number,
): UnpackedMessage[] {
  const { count, priority } = header;
  if (!Array.isArray(body) || body.length !== REQUIRED.length + OPTIONAL.length + 1) throw new TypeError('no columns');
  const columns = body as (Column | null)[];
  const [topics, producers, sequences, times] = REQUIRED.map((name, i) => required(columns[i], count, name));
  const [orderingKeys, correlationIds, expiries, headers] = OPTIONAL.map((name, i) => {
    const column = columns[REQUIRED.length + i];
    return column === null ? undefined : required(column, count, name);
  });
  const payloads = unpackPayloads(columns.at(-1), count, (flags & FLAG_BYTES) !== 0);
  if (payloads === undefined) throw new TypeError('the payloads do not fit their columns');
  const messages: UnpackedMessage[] = [];
  for (let i = 0; i < count; i += 1) {
    messages.push({
      topic: topics?.[i] as string,
      payload: payloads[i],
      priority,
      producer: producers?.[i] as string,
      sequence: sequences?.[i] as number,
      publishedAtMs: times?.[i] as number,
      deliveryCount,
      orderingKey: orderingKeys?.[i] as string | undefined,
      correlationId: correlationIds?.[i] as string | undefined,
      expiresAtMs: expiries?.[i] as number | undefined,
      headers: headers?.[i] as UnpackedMessage['headers'],
    });
  }
  return messages;
}

function required(column: unknown, count: number, name: string): unknown[] {
  const values = unpackColumn(column, count);
  if (values === undefined) throw new TypeError(`no column of ${name}`);
  return values;
}

/** Without holes: those who did not give the member have undefined. */
function filled(values: unknown[], count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => values[i]);
}

/** Half of a surrogate pair beside the payload: it would arrive as another character. Looked for only in what was given. */
function illFormedMember({ orderingKey, correlationId, headers }: TransportMessage): string | undefined {
  if (orderingKey?.isWellFormed() === false) return illFormedText('orderingKey');
  if (correlationId?.isWellFormed() === false) return illFormedText('correlationId');
  if (headers === undefined) return undefined;
  for (const name in headers) {
    if (!name.isWellFormed() || headers[name]?.isWellFormed() === false) return illFormedText('headers');
  }
  return undefined;
}

function illFormedText(member: string): string {
  return `${member}: expected well-formed text, received half of a surrogate pair. Leave it out.`;
}

function sizeOfHeaders(headers: NonNullable<TransportMessage['headers']>): number {
  let bytes = STRUCTURE_BYTES;
  for (const name in headers) bytes += (name.length + (headers[name]?.length ?? 0)) * 3 + 2 * STRUCTURE_BYTES;
  return bytes;
}

/** The columns themselves, and the numbers of one message in them. */
const BASE_BYTES = 256;
const META_BYTES = 4 * NUMBER_BYTES;
/** Larger entries are not the usual ones: what they held is let go. */
const MOST_KEPT_BYTES = 262_144;
