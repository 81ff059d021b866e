import type { Deadline } from '../../platform/deadlines.ts';
import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { DeliveryMeta } from './delivery-meta.ts';
import type { InboundMessage } from '../paths/inbound-message.ts';
import type { KeyQueue } from './key-queue.ts';
import type { Lane } from '../lanes/lane.ts';
import type { OrderingKey } from './ordering-keys.ts';
import type { SchedulingTicket } from '../lanes/scheduling-ticket.ts';
import { keyOf, type LaneEntry } from '../lanes/lane-entry.ts';

/**
 * One message on its way to one subscription, where that takes more than a call: it is parked, runs in a worker, waits for a retry, or
 * is part of a batch. A message whose handlers are all synchronous and succeed never becomes one.
 */
export class Delivery implements Deadline {
  subscription: ClientSubscription;
  lane: Lane;
  key: OrderingKey;
  payload: unknown;
  meta: DeliveryMeta;
  topicId: number;
  /** Attempts made so far on this client. */
  attempts = 0;
  inbound: InboundMessage | undefined;
  /** Until its first attempt has ended; only where a scheduler observes. */
  ticket: SchedulingTicket | undefined;
  /** It stands in its lane's list of parked deliveries. */
  isParked = false;
  /** The hold that it has on its lane's capacity while it is parked. */
  hold: MessageHold | undefined = undefined;
  /** Its neighbours in the lane's list of what is parked, oldest first. */
  earlier: Delivery | undefined = undefined;
  later: Delivery | undefined = undefined;
  /** The queue of its key, once it has one. */
  queue: KeyQueue | undefined = undefined;
  /** Which of two alternating generations it belongs to; see the flush barrier. */
  generation: 0 | 1 = 0;
  startedAtMs = 0.5;
  /** Under which a newer one may take its place; undefined: under none. */
  conflationKey: string | undefined = undefined;
  /** Its attempt while closing was made: a further failure is final. */
  lastAttempt = false;
  dueAtMs = 0.5;
  place = -1;

  constructor(subscription: ClientSubscription, lane: Lane, entry: LaneEntry, meta: DeliveryMeta) {
    this.subscription = subscription;
    this.lane = lane;
    this.key = keyOf(entry);
    this.payload = entry.payload;
    this.meta = meta;
    this.topicId = entry.topic?.id ?? 0;
    this.inbound = entry.extras?.inbound;
    this.ticket = entry.extras?.ticket;
  }

  /** Begins another life, after one that ended without anything left of it: deliveries are used again and again. */
  reopen(subscription: ClientSubscription, lane: Lane, entry: LaneEntry, meta: DeliveryMeta): void {
    this.subscription = subscription;
    this.lane = lane;
    this.key = keyOf(entry);
    this.payload = entry.payload;
    this.meta = meta;
    this.topicId = entry.topic?.id ?? 0;
    this.inbound = entry.extras?.inbound;
    this.ticket = entry.extras?.ticket;
    this.attempts = 0;
    this.queue = undefined;
    this.conflationKey = undefined;
    this.lastAttempt = false;
  }

  /** Its time to be tried again has come. */
  expire(): void {
    this.subscription.runner.retryDue(this);
  }

  /** Is from now on the given newer message, in its own old place. */
  become(newer: Delivery): void {
    this.payload = newer.payload;
    this.meta = newer.meta;
    this.topicId = newer.topicId;
    this.inbound = newer.inbound;
    this.ticket = newer.ticket;
  }

  /** Whether no other delivery of its message has its meta: only then may its signal be aborted. */
  get hasOwnMeta(): boolean {
    return this.subscription.handlerTimeoutMs !== undefined || this.attempts > 1;
  }

  isExpired(nowMs: number): boolean {
    const { expiresAtMs } = this.meta;
    return expiresAtMs !== undefined && expiresAtMs <= nowMs;
  }
}

/**
 * The place in its lane's capacity that a message keeps while some of its deliveries are parked.
 *
 * While it is brought to its subscriptions it may have kept a place already, which this one takes over then, and does not give back before
 * all but the last have got it: those that are parked may be dropped meanwhile, and what gets their place may be followed by a further one.
 */
export class MessageHold {
  readonly #lane: Lane;
  #isReserved: boolean;
  #deliveries = 0;

  constructor(lane: Lane, isReserved = false) {
    this.#lane = lane;
    this.#isReserved = isReserved;
  }

  add(): void {
    this.#deliveries += 1;
    if (this.#deliveries === 1 && !this.#isReserved) this.#lane.parked += 1;
  }

  remove(): void {
    this.#deliveries -= 1;
    if (this.#deliveries > 0 || this.#isReserved) return;
    this.#lane.parked -= 1;
    this.#lane.onRoom?.(this.#lane);
  }

  /** From now on the place is kept for parked deliveries alone. Nobody is told of room: the last delivery may need it. */
  release(): void {
    if (!this.#isReserved) return;
    this.#isReserved = false;
    if (this.#deliveries === 0) this.#lane.parked -= 1;
  }
}
