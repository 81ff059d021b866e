import type {
  DropReason,
  MessageMeta,
  Outcome,
  OutcomeKind,
  PathId,
  Priority,
  TransportMessage,
} from '@tradewind/core-types';
import type { Lane } from '../lanes/lane.ts';
import type { LaneEntry } from '../lanes/lane-entry.ts';

/** The one outcome object of a client, filled anew for each outcome. */
export class MutableOutcome implements Outcome {
  kind: OutcomeKind = 'handled';
  producer = '';
  sequence = 0;
  topic = '';
  priority: Priority = 2;
  path: PathId | undefined = undefined;
  subscriptionId: string | undefined = undefined;
  deliveryCount = 0;
  publishedAtMs = 0.5;
  waitedMs = 0.5;
  handledMs = 0.5;
  reason: DropReason | undefined = undefined;
  error: unknown = undefined;

  readonly #producer: string;

  /** @param producer The client itself. */
  constructor(producer: string) {
    this.#producer = producer;
  }

  ofDelivery(kind: OutcomeKind, meta: MessageMeta, subscriptionId: string): this {
    this.#reset(kind);
    this.producer = meta.producer;
    this.sequence = meta.sequence;
    this.topic = meta.topic;
    this.priority = meta.priority;
    this.publishedAtMs = meta.publishedAtMs;
    this.deliveryCount = meta.deliveryCount;
    this.subscriptionId = subscriptionId;
    return this;
  }

  ofEntry(kind: OutcomeKind, entry: LaneEntry, lane: Lane): this {
    const inbound = entry.extras?.inbound;
    this.#reset(kind);
    this.producer = inbound === undefined ? this.#producer : inbound.received.producer;
    this.path = inbound === undefined ? lane.path : inbound.path;
    this.sequence = entry.sequence;
    this.topic = entry.topic?.topic ?? '';
    this.priority = lane.priority;
    this.publishedAtMs = entry.publishedAtMs;
    this.deliveryCount = inbound?.received.deliveryCount ?? 0;
    this.subscriptionId = undefined;
    return this;
  }

  ofTransport(kind: OutcomeKind, message: TransportMessage, path: PathId): this {
    this.#reset(kind);
    this.producer = message.producer;
    this.sequence = message.sequence;
    this.topic = message.topic;
    this.priority = message.priority;
    this.publishedAtMs = message.publishedAtMs;
    this.path = path;
    this.deliveryCount = 0;
    this.subscriptionId = undefined;
    return this;
  }

  #reset(kind: OutcomeKind): void {
    this.kind = kind;
    this.path = undefined;
    this.waitedMs = 0;
    this.handledMs = 0;
    this.reason = undefined;
    this.error = undefined;
  }
}
