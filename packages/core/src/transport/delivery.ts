import type { ReceivedMessage, TransportMessage } from '@tradewind/core-types';

/** A message as the broker keeps it: an envelope of its own, with the payload as the codec left it. */
export interface StoredMessage extends TransportMessage {
  /** Its place in the order of arrival: counts the messages of a broker. */
  readonly offset: number;
}

/** A published message as a broker keeps it. Copied member by member: nothing else that the publisher's object holds travels. */
export function storedMessage(published: TransportMessage, payload: unknown, offset: number): StoredMessage {
  return {
    topic: published.topic,
    payload,
    priority: published.priority,
    producer: published.producer,
    sequence: published.sequence,
    publishedAtMs: published.publishedAtMs,
    orderingKey: published.orderingKey,
    correlationId: published.correlationId,
    expiresAtMs: published.expiresAtMs,
    headers: published.headers,
    offset,
  };
}

/** One stored message on its way to one group. A node of the group's backlog while it waits. */
export class Delivery {
  readonly message: StoredMessage;
  /** Messages of one key go to one consumer at a time. */
  readonly key: string;
  /** How often it has been brought to a consumer. */
  attempts = 0;
  previous: Delivery | undefined = undefined;
  next: Delivery | undefined = undefined;

  constructor(message: StoredMessage) {
    this.message = message;
    this.key = message.orderingKey ?? message.topic;
  }
}

/** What a consumer gets. Each gets an object of its own. */
export function received(delivery: Delivery, payload: unknown): ReceivedMessage {
  const { message } = delivery;
  return {
    topic: message.topic,
    payload,
    priority: message.priority,
    producer: message.producer,
    sequence: message.sequence,
    publishedAtMs: message.publishedAtMs,
    orderingKey: message.orderingKey,
    correlationId: message.correlationId,
    expiresAtMs: message.expiresAtMs,
    headers: message.headers,
    deliveryCount: delivery.attempts,
  };
}
