import type { Headers, MessageMeta, TopicMeta } from '@tradewind/core-types';

/** What a handler in a thread is told beside the payload: the meta of the message, without the signal, which does not cross threads. */
export type ThreadMeta = TopicMeta & {
  readonly [Member in Exclude<keyof MessageMeta, 'topic' | 'signal'>]?: MessageMeta[Member] | undefined;
};

/** A handler that a module exports for threads. What it returns is awaited and then forgotten; throwing or rejecting fails the delivery. */
export type ThreadHandler<P = unknown> = (payload: P, meta: ThreadMeta) => unknown;

/** One call, as it is posted to a thread. */
export interface ThreadTask {
  /** The address of the module. */
  readonly module: string;
  readonly exportName: string;
  readonly payload: unknown;
  readonly meta: ThreadMeta;
}

/** What a handler threw, as it is posted back: the class of an error and its members would get lost on the way. */
export interface ThreadFailure {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/** The meta of either bus as plain data. */
export function threadMeta(meta: TopicMeta & Partial<MessageMeta>): ThreadMeta {
  if (meta.publishedAtMs === undefined) return { topic: meta.topic };
  return {
    topic: meta.topic,
    priority: meta.priority,
    publishedAtMs: meta.publishedAtMs,
    deliveryCount: meta.deliveryCount,
    producer: meta.producer,
    sequence: meta.sequence,
    orderingKey: meta.orderingKey,
    correlationId: meta.correlationId,
    expiresAtMs: meta.expiresAtMs,
    headers: copied(meta.headers),
  };
}

function copied(headers: Headers | undefined): Headers | undefined {
  return headers === undefined ? undefined : { ...headers };
}
