import type { Headers, Priority } from '@tradewind/core-types';
import type { InboundMessage } from '../paths/inbound-message.ts';
import type { OrderingKey } from '../delivering/ordering-keys.ts';
import type { SchedulingTicket } from './scheduling-ticket.ts';
import type { TopicRecord } from '../publishing/topic-record.ts';

/**
 * One message on its way into or out of a lane. The object is reused, so that a queued message costs columns and no object.
 */
export class LaneEntry {
  topic: TopicRecord | undefined = undefined;
  payload: unknown = undefined;
  publishedAtMs = 0.5;
  sequence = 0;
  /** Not kept in the lane: read when the message arrives there. */
  declaredPriority: Priority = 2;
  /** `Infinity`: never. */
  expiresAtMs: number = Infinity;
  /** Undefined: the topic is the key. */
  key: OrderingKey | undefined = undefined;
  extras: MessageExtras | undefined = undefined;
}

/** What few messages have: made for those only. */
export class MessageExtras {
  headers: Headers | undefined = undefined;
  correlationId: string | undefined = undefined;
  /** In its lane, a newer message with the same text takes its place. */
  conflateBy: string | undefined = undefined;
  /** The sequence, where it is too far from the first of its segment to be kept as an offset. */
  farSequence: number | undefined = undefined;
  /** What an observing scheduler knows it by. */
  ticket: SchedulingTicket | undefined = undefined;
  /** The transport's message that it is; undefined when it was published on this client. */
  inbound: InboundMessage | undefined = undefined;
}

/** The ordering key of a message: the one that it was given, otherwise that of its topic. */
export function keyOf(entry: LaneEntry): OrderingKey {
  return entry.key ?? (entry.topic?.key as OrderingKey);
}
