import type { Headers, Priority } from '@tradewind/core-types';
import type { InboundMessage } from './inbound-message.ts';
import type { KeyUse } from './key-uses.ts';
import type { SchedulingTicket } from './scheduling-ticket.ts';
import type { TopicRecord } from './topic-record.ts';

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
  /** Undefined: the topic is the key. A {@link KeyUse} when plugins route, otherwise its text. */
  key: string | KeyUse | undefined = undefined;
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

/** The text of an ordering key as an entry holds it; undefined: the topic is the key. */
export function keyText(key: string | KeyUse | undefined): string | undefined {
  return typeof key === 'object' ? key.text : key;
}

/** How the message's ordering key is in use; undefined unless plugins route, and for what came in from a transport. */
export function useOf(entry: LaneEntry): KeyUse | undefined {
  if (entry.extras?.inbound !== undefined) return undefined;
  return typeof entry.key === 'object' ? entry.key : entry.topic?.use;
}
