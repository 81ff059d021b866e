import type { Priority } from '@tradewind/core-types';
import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { KeyQueue } from './key-queue.ts';

/** One ordering key, and how it is in use. One object for each text, as long as something of it is open. */
export class OrderingKey {
  readonly text: string;
  /** Messages that wait, and deliveries that are parked, running or waiting for a retry. */
  open = 0;
  /** A topic's record holds it: it stays while it is idle. */
  pinned = false;
  /** Three bits for each declared priority: the lane that its messages are in, plus one; 0 while none was published since the key was last idle. */
  lanes = 0;
  /** Its queue at the subscription that it went to last: most keys go to one, and need not be looked up there. */
  #queue: KeyQueue | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Its queue at a subscription; undefined when there is none. */
  queueAt(subscription: ClientSubscription): KeyQueue | undefined {
    const last = this.#queue;
    if (last !== undefined && last.subscription === subscription && !last.retired) return last;
    const queue = subscription.queues.get(this.text);
    if (queue !== undefined) this.#queue = queue;
    return queue;
  }
}

/**
 * The ordering keys in use.
 *
 * Two things hang on a key. Its queues at subscriptions; and its lanes: a plugin's move of a key to another lane would let a later message
 * overtake an earlier one, which waits in the old lane or runs, so a key keeps its lanes until it is idle.
 *
 * Workload: looked up per message, thousands of keys that come again and again. So idle keys stay, until there are 65,536 of them and as many
 * as are in use: then the idle ones go, in one pass.
 */
export class OrderingKeys {
  readonly #keys = new Map<string, OrderingKey>();
  #sweepAt = MIN_SWEPT;

  /** The key with a text. To be opened before the next one is asked for. */
  obtain(text: string): OrderingKey {
    return this.#keys.get(text) ?? this.#add(text);
  }

  /** The lane for the next message of a key: the wanted one when the key is idle, otherwise the one in use. */
  laneFor(key: OrderingKey, declared: Priority, wanted: Priority): Priority {
    const shift = declared * BITS;
    if (key.open === 0) {
      key.lanes = (wanted + 1) << shift;
      return wanted;
    }
    const kept = (key.lanes >> shift) & MASK;
    if (kept !== 0) return (kept - 1) as Priority;
    key.lanes |= (declared + 1) << shift;
    return declared;
  }

  #add(text: string): OrderingKey {
    if (this.#keys.size >= this.#sweepAt) this.#sweep();
    const key = new OrderingKey(text);
    this.#keys.set(text, key);
    return key;
  }

  #sweep(): void {
    for (const [text, { open, pinned }] of this.#keys) {
      if (open === 0 && !pinned) this.#keys.delete(text);
    }
    this.#sweepAt = Math.max(MIN_SWEPT, 2 * this.#keys.size);
  }
}

const MIN_SWEPT = 65_536;
const BITS = 3;
const MASK = 7;
