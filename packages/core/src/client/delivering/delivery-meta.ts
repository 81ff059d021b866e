import type { Headers, MessageMeta, Priority } from '@tradewind/core-types';
import type { LaneEntry } from '../lanes/lane-entry.ts';

/**
 * What a handler is told about its message. One object for all deliveries of a message, except for subscriptions with a handler timeout
 * and for retries, which have their own.
 */
export class DeliveryMeta implements MessageMeta {
  readonly topic: string;
  readonly priority: Priority;
  readonly publishedAtMs: number;
  readonly deliveryCount: number;
  readonly producer: string;
  readonly sequence: number;
  readonly orderingKey: string | undefined;
  readonly correlationId: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly headers: Headers | undefined;
  /** The controller once somebody has read `signal`; the reason when it was aborted before that. */
  #abort: AbortController | AbortReason | undefined = undefined;

  constructor(source: MetaSource) {
    this.topic = source.topic;
    this.priority = source.priority;
    this.publishedAtMs = source.publishedAtMs;
    this.deliveryCount = source.deliveryCount;
    this.producer = source.producer;
    this.sequence = source.sequence;
    this.orderingKey = source.orderingKey;
    this.correlationId = source.correlationId;
    this.expiresAtMs = source.expiresAtMs;
    this.headers = source.headers;
  }

  get signal(): AbortSignal {
    const current = this.#abort;
    if (current instanceof AbortController) return current.signal;
    const controller = new AbortController();
    this.#abort = controller;
    if (current !== undefined) controller.abort(current.reason);
    return controller.signal;
  }

  /** The same message, to be attempted for the `deliveryCount`-th time, with a signal of its own. */
  static forAttempt(meta: DeliveryMeta, deliveryCount: number): DeliveryMeta {
    return new DeliveryMeta({
      topic: meta.topic,
      priority: meta.priority,
      publishedAtMs: meta.publishedAtMs,
      deliveryCount,
      producer: meta.producer,
      sequence: meta.sequence,
      orderingKey: meta.orderingKey,
      correlationId: meta.correlationId,
      expiresAtMs: meta.expiresAtMs,
      headers: meta.headers,
    });
  }

  /** Aborts the signal, whether or not it has been read yet. Static, so that a handler cannot find it on its meta. */
  static abort(meta: DeliveryMeta, reason: unknown): void {
    const current = meta.#abort;
    if (current instanceof AbortController) current.abort(reason);
    else meta.#abort ??= { reason };
  }
}

/** The fields of a {@link DeliveryMeta}, wherever they come from. */
export interface MetaSource {
  topic: string;
  priority: Priority;
  publishedAtMs: number;
  deliveryCount: number;
  producer: string;
  sequence: number;
  orderingKey: string | undefined;
  correlationId: string | undefined;
  expiresAtMs: number | undefined;
  headers: Headers | undefined;
}

interface AbortReason {
  readonly reason: unknown;
}

/** Builds metas from lane entries by way of one reused source, so that a message costs one object and not two. */
export class MetaFactory {
  readonly #source: MetaSource;
  readonly #producer: string;

  constructor(producer: string) {
    this.#producer = producer;
    this.#source = {
      topic: '',
      priority: 2,
      publishedAtMs: 0.5,
      deliveryCount: 1,
      producer,
      sequence: 0,
      orderingKey: undefined,
      correlationId: undefined,
      expiresAtMs: undefined,
      headers: undefined,
    };
  }

  make(entry: LaneEntry, topic: string, priority: Priority): DeliveryMeta {
    const source = this.#source;
    source.topic = topic;
    source.priority = priority;
    source.publishedAtMs = entry.publishedAtMs;
    source.sequence = entry.sequence;
    source.expiresAtMs = entry.expiresAtMs === Infinity ? undefined : entry.expiresAtMs;
    const extras = entry.extras;
    source.correlationId = extras?.correlationId;
    source.headers = extras?.headers;
    const received = extras?.inbound?.received;
    source.orderingKey = received === undefined ? entry.key?.text : received.orderingKey;
    source.producer = received === undefined ? this.#producer : received.producer;
    source.deliveryCount = received === undefined ? 1 : received.deliveryCount;
    return new DeliveryMeta(source);
  }
}
