import { showValue } from '@tradewind/core-types';
import { onRejection } from '../../platform/on-rejection.ts';
import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { Delivery, MessageHold } from './delivery.ts';
import type { FailureLog } from '../../platform/failure-log.ts';
import type { KeyQueue } from './key-queue.ts';
import type { Lane } from '../lanes/lane.ts';

export interface ParkingOptions {
  readonly failureLog: FailureLog;
  /** A newer delivery takes the place of one that waits. */
  readonly superseded: (older: Delivery, newer: Delivery) => void;
}

/**
 * Where deliveries wait that left their lane and may not run yet: behind a delivery of their key, behind a subscription that runs as many
 * as it may, behind busy workers.
 *
 * They count against the capacity of their lane, so that there are never more of them than it has room for.
 */
export class Parking {
  readonly #options: ParkingOptions;

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** Parks a delivery. `hold` is shared by the deliveries of one message. */
  park(delivery: Delivery, hold: MessageHold): void {
    const { subscription, lane } = delivery;
    if (subscription.conflation !== undefined && this.#conflate(delivery, subscription.conflation[lane.priority]))
      return;
    const queue = this.queueOf(delivery);
    delivery.isParked = true;
    delivery.hold = hold;
    hold.add();
    lane.parkedDeliveries.add(delivery);
    queue.park(delivery);
    if (!queue.busy) this.makeReady(queue, lane);
  }

  /** Takes a delivery off the list of the parked; the caller has taken it out of its queue. */
  unpark(delivery: Delivery): void {
    delivery.hold?.remove();
    delivery.hold = undefined;
    if (!delivery.isParked) return;
    delivery.isParked = false;
    const { lane, subscription, conflationKey } = delivery;
    lane.parkedDeliveries.remove(delivery);
    if (conflationKey === undefined) return;
    const waiting = subscription.conflation?.[lane.priority];
    if (waiting?.get(conflationKey) === delivery) waiting.delete(conflationKey);
  }

  /** The queue of a delivery's key, which is active from now on. */
  queueOf(delivery: Delivery): KeyQueue {
    const { subscription, key } = delivery;
    const queue = key.queueAt(subscription) ?? subscription.addQueue(key.text);
    if (!queue.active) {
      queue.active = true;
      subscription.activeKeys += 1;
    }
    delivery.queue = queue;
    return queue;
  }

  /** The key is free again: its next delivery gets ready, or the queue is given up. */
  releaseKey(queue: KeyQueue): void {
    queue.busy = false;
    const next = queue.firstParked();
    if (next !== undefined) {
      this.makeReady(queue, next.lane);
      return;
    }
    queue.active = false;
    queue.subscription.activeKeys -= 1;
  }

  /** Something was taken out of a queue without being started: it is idle if that was all. */
  taken(queue: KeyQueue): void {
    if (!queue.active || queue.busy || queue.size > 0 || queue.due !== undefined) return;
    queue.active = false;
    queue.subscription.activeKeys -= 1;
  }

  /** A place of the subscription is free: the next key that waits for one gets ready. */
  releasePlace(subscription: ClientSubscription): void {
    const queue = subscription.nextWaiting();
    const head = queue?.head();
    if (queue !== undefined && head !== undefined) this.makeReady(queue, head.lane);
  }

  /** Lets a key stand in its lane's ready list, or wait for a place of its subscription. */
  makeReady(queue: KeyQueue, lane: Lane): void {
    const { subscription } = queue;
    if (subscription.running >= subscription.concurrency) {
      subscription.wait(queue, lane.priority);
      return;
    }
    const bit = 1 << lane.priority;
    if ((queue.readyIn & bit) !== 0) return;
    queue.readyIn |= bit;
    lane.ready.push(queue);
  }

  /** Removes the oldest parked delivery of a lane. */
  takeOldest(lane: Lane): Delivery | undefined {
    const { oldest } = lane.parkedDeliveries;
    if (oldest === undefined) return undefined;
    const { queue } = oldest;
    queue?.takeOldest(lane);
    this.unpark(oldest);
    if (queue !== undefined) this.taken(queue);
    return oldest;
  }

  /** Removes everything of an ended subscription that does not run, and gives each to `drop`. */
  clear(subscription: ClientSubscription, drop: (delivery: Delivery) => void): void {
    for (const queue of subscription.queues.values()) {
      if (queue.due !== undefined) queue.busy = false;
      for (const delivery of queue.takeAll()) {
        this.unpark(delivery);
        drop(delivery);
      }
      this.taken(queue);
    }
  }

  /** Puts the delivery in the place of a waiting one of the same conflation key. */
  #conflate(delivery: Delivery, waiting: Map<string, Delivery>): boolean {
    const key = this.#conflationKeyOf(delivery);
    if (key === undefined) return false;
    const older = waiting.get(key);
    // In the place of a message of another ordering key it would overtake its own key's earlier ones.
    if (older !== undefined && older.key === delivery.key) {
      this.#options.superseded(older, delivery);
      return true;
    }
    delivery.conflationKey = key;
    waiting.set(key, delivery);
    return false;
  }

  #conflationKeyOf(delivery: Delivery): string | undefined {
    const { conflateBy, id } = delivery.subscription;
    if (conflateBy === 'topic') return delivery.meta.topic;
    if (conflateBy === 'orderingKey') return delivery.key.text;
    const { topic } = delivery.meta;
    try {
      const key: unknown = conflateBy?.(delivery.payload as never, delivery.meta);
      if (typeof key === 'string' || key === undefined) return key;
      this.#conflationFailed(topic, id, `expected a string or undefined, received ${showValue(key)}`);
      onRejection(key, (error) => this.#conflationFailed(topic, id, error));
    } catch (error) {
      this.#conflationFailed(topic, id, error);
    }
    return undefined;
  }

  #conflationFailed(topic: string, subscriptionId: string, error: unknown): void {
    this.#options.failureLog.error(
      { event: 'conflation.failed', topic, subscriptionId, error },
      'A conflateBy function failed: this message is not conflated.',
    );
  }
}
