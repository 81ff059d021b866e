import { parseTopic, type ReceivedMessage } from '@tradewind/core-types';
import { Unpackr } from 'msgpackr';
import type { Encoding } from '../options.ts';
import { fieldOf } from './replies.ts';
import type { UngroupedStream } from './ungrouped-stream.ts';

/** Others write every large integer in 64 bits: a bigint is made only of those that a number cannot hold, which is what `auto` says; msgpackr's types do not know it. */
const unpackOptions: object = { useRecords: false, mapsAsObjects: true, int64AsType: 'auto', moreTypes: false };
const unpackr = new Unpackr(unpackOptions);

/**
 * A message of a stream that others write, in NautilusTrader's form: one entry a message, with the fields `topic` and `payload`.
 *
 * Such an entry has no producer and no sequence of its own: its stream stands for the one, and the parts of its id, joined, for the other.
 *
 * @throws when a field is missing, the topic is none, or the payload is not in the encoding of the transport.
 */
export function unpackExternal(
  stream: UngroupedStream,
  id: string,
  fields: readonly unknown[],
  encoding: Encoding,
): ReceivedMessage {
  const topic = fieldOf(fields, 'topic');
  const payload = fieldOf(fields, 'payload');
  if (topic === undefined || payload === undefined)
    throw new TypeError('Expected an entry with the fields topic and payload, and one of them is missing.');
  const dash = id.indexOf('-');
  const publishedAtMs = Number(id.slice(0, dash));
  return {
    topic: parseTopic(topic.toString('utf8')),
    payload: encoding === 'json' ? (JSON.parse(payload.toString('utf8')) as unknown) : unpackr.unpack(payload),
    priority: stream.priority,
    producer: stream.key,
    sequence: publishedAtMs * ENTRIES_PER_MS + Math.min(Number(id.slice(dash + 1)), ENTRIES_PER_MS - 1),
    publishedAtMs,
    deliveryCount: 1,
  };
}

/** So that milliseconds and number fit into the 53 bits of a sequence until the year 2109. */
const ENTRIES_PER_MS = 2_048;
