import type { Priority } from './priority.ts';

/** All that the synchronous bus tells a handler beside the payload. It belongs to the route, not to the message: do not keep it as an identity. */
export interface TopicMeta {
  readonly topic: string;
}

/**
 * Small text values that travel with a message across transports: `traceparent` and friends. Keys in lower case. A publish takes a frozen
 * copy of them.
 */
export type Headers = Readonly<Record<string, string>>;

/**
 * What the buffered client tells a handler beside the payload. Immutable; may be kept.
 *
 * The identity of a message is (`producer`, `sequence`); {@link messageId} writes it as text where somebody asks for it.
 */
export interface MessageMeta extends TopicMeta {
  readonly priority: Priority;
  /** When `publish` took it, in fractional milliseconds since the epoch by the publisher's `Clock`. */
  readonly publishedAtMs: number;
  /** How often this delivery has been attempted: 1 the first time. */
  readonly deliveryCount: number;
  /** The client that published it: unique for each start of a process, not only for each name. */
  readonly producer: string;
  /** Counts the messages of its producer from 1. Gaps are possible (what was refused or dropped has a number too), repetition is not. */
  readonly sequence: number;
  /** Messages of one key are handled one at a time per subscription. Undefined: the topic is the key. */
  readonly orderingKey?: string | undefined;
  readonly correlationId?: string | undefined;
  /** After this time no further attempt is made, and it counts as expired. Same clock as `publishedAtMs`. */
  readonly expiresAtMs?: number | undefined;
  readonly headers?: Headers | undefined;
  /** Aborted when the handler's time is over (`handlerTimeoutMs`) or the client closes. Made when first read. */
  readonly signal?: AbortSignal | undefined;
}

/** A message as the pulling and batching consumers get it. */
export interface Message<P = unknown> {
  readonly payload: P;
  readonly meta: MessageMeta;
}

/**
 * Receives messages. Written for `TopicMeta` it works on both buses.
 *
 * Returning a promise makes the delivery asynchronous: on the buffered client it holds a worker until the promise settles; on the
 * synchronous bus only its rejection is looked at. Throwing or rejecting fails this one delivery and touches no other.
 */
export type Handler<P = unknown, M extends TopicMeta = TopicMeta> = (payload: P, meta: M) => unknown;

/** Receives what has gathered of a subscription: at least one message, in the order in which they were published per ordering key. */
export type BatchHandler<P = unknown> = (messages: readonly Message<P>[]) => unknown;

/** The identity of a message as text, unique across processes: `desk-7f3a/1042`. Builds a string: keep it off hot paths. */
export function messageId(meta: Pick<MessageMeta, 'producer' | 'sequence'>): string {
  return `${meta.producer}/${meta.sequence}`;
}
