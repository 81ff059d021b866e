import {
  PRIORITIES,
  type ConflationKey,
  type MessageMeta,
  type Priority,
  type SettlementFailure,
  type Subscription,
} from '@tradewind/core-types';
import type { RankedEntry } from '../../matching/route.ts';
import type { Delivery } from '../delivering/delivery.ts';
import { Fifo } from '../delivering/fifo.ts';
import { KeyQueue } from '../delivering/key-queue.ts';

/** What runs the deliveries of a subscription. */
export interface DeliveryRunner {
  /** Starts the next delivery of a key, if there is one and it may run. */
  runQueue(queue: KeyQueue, nowMs: number): void;
  /** The time of a retry has come. */
  retryDue(delivery: Delivery): void;
}

/** What takes the deliveries of a subscription that is not called message by message: a batch that gathers, an iterator's buffer. */
export interface Receiver {
  /** Takes a delivery; settles it some time later. */
  offer(delivery: Delivery): void;
  /** The subscription has ended: gives up what it still holds. With `closed`, what somebody is working on too. */
  end(reason: 'unsubscribed' | 'closed', failure?: SettlementFailure): void;
  /** Whether to hold nothing back any more: somebody flushes, or the client closes. */
  hurry(eager: boolean): void;
  /** Brings a retry forward that waits for its time; it is the last. */
  retryNow(): void;
  /** Deliveries that it holds. */
  readonly size: number;
}

export interface ClientSubscriptionOptions {
  readonly id: string;
  /** Whether the subscriber gave the id. */
  readonly named: boolean;
  readonly pattern: string;
  readonly handlerPriority: number;
  readonly order: number;
  readonly handler: ClientHandler;
  readonly runner: DeliveryRunner;
  readonly concurrency: number;
  readonly conflateBy: ConflationKey | undefined;
  readonly handlerTimeoutMs: number | undefined;
  readonly batch: BatchLimits | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onUnsubscribe: (subscription: ClientSubscription) => void;
}

/** How a batch subscription gathers. */
export interface BatchLimits {
  readonly maxSize: number;
  readonly maxDelayMs: number;
}

type DeliveryMap = Map<string, Delivery>;

export type ClientHandler = (payload: unknown, meta: MessageMeta) => unknown;

/** A subscription of the client: what the route index finds, and the state of its deliveries. */
export class ClientSubscription implements RankedEntry, Subscription {
  readonly id: string;
  readonly named: boolean;
  readonly pattern: string;
  readonly handlerPriority: number;
  readonly order: number;
  /** Its identity within the pattern: the id where one was given, otherwise the function. */
  readonly key: unknown;
  readonly handler: ClientHandler;
  readonly runner: DeliveryRunner;
  readonly concurrency: number;
  readonly conflateBy: ConflationKey | undefined;
  readonly handlerTimeoutMs: number | undefined;
  /** Undefined where the handler is called message by message. */
  readonly batch: BatchLimits | undefined;
  /** Ends the subscription when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** Undefined for a plain handler. */
  receiver: Receiver | undefined = undefined;
  active = true;
  /** Handlers of it that run in workers. */
  running = 0;
  /** By ordering key. Idle ones stay for the key's next message, until there are too many. */
  readonly queues: Map<string, KeyQueue> = new Map();
  /** How many keys are active. */
  activeKeys = 0;
  /** Parked deliveries by priority and conflation key; only with `conflateBy`. */
  readonly conflation: readonly [DeliveryMap, DeliveryMap, DeliveryMap, DeliveryMap] | undefined;
  readonly #waiting: [Fifo<KeyQueue>, Fifo<KeyQueue>, Fifo<KeyQueue>, Fifo<KeyQueue>] = [
    new Fifo<KeyQueue>(),
    new Fifo<KeyQueue>(),
    new Fifo<KeyQueue>(),
    new Fifo<KeyQueue>(),
  ];
  #waitingKeys = 0;
  #onAbort: (() => void) | undefined = undefined;
  readonly #onUnsubscribe: (subscription: ClientSubscription) => void;

  constructor(options: ClientSubscriptionOptions) {
    this.id = options.id;
    this.named = options.named;
    this.pattern = options.pattern;
    this.handlerPriority = options.handlerPriority;
    this.order = options.order;
    this.key = options.named ? options.id : options.handler;
    this.handler = options.handler;
    this.runner = options.runner;
    this.concurrency = options.concurrency;
    this.conflateBy = options.conflateBy;
    this.conflation = options.conflateBy === undefined ? undefined : [new Map(), new Map(), new Map(), new Map()];
    this.handlerTimeoutMs = options.handlerTimeoutMs;
    this.batch = options.batch;
    this.signal = options.signal;
    this.#onUnsubscribe = options.onUnsubscribe;
  }

  /** Ends with its signal from now on, or at once if that has aborted. */
  watchSignal(): void {
    const { signal } = this;
    if (signal === undefined) return;
    if (signal.aborted) {
      this.unsubscribe();
      return;
    }
    this.#onAbort = () => this.unsubscribe();
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Makes the queue of a key that has none. When 4,096 idle ones have gathered, all of them go. */
  addQueue(key: string): KeyQueue {
    if (this.queues.size >= this.activeKeys + MAX_IDLE_KEYS) this.#sweep();
    const queue = new KeyQueue(this);
    this.queues.set(key, queue);
    return queue;
  }

  /** Keys wait for a place here while `concurrency` handlers run. */
  wait(queue: KeyQueue, priority: Priority): void {
    if ((queue.waitingIn & (1 << priority)) !== 0) return;
    queue.waitingIn |= 1 << priority;
    this.#waitingKeys += 1;
    this.#waiting[priority].push(queue);
  }

  /** The most urgent key that waits for a place and has something to start; undefined when none does. */
  nextWaiting(): KeyQueue | undefined {
    if (this.#waitingKeys === 0) return undefined;
    for (const priority of PRIORITIES) {
      const waiting = this.#waiting[priority];
      for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
        this.#waitingKeys -= 1;
        queue.waitingIn &= ~(1 << priority);
        if (queue.head() !== undefined) return queue;
      }
    }
    return undefined;
  }

  unsubscribe(): void {
    if (!this.active) return;
    this.active = false;
    this.#leaveSignal();
    this.#onUnsubscribe(this);
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  /** Lets go of its signal, which may outlive it by far and would keep it, and its handler, in memory. */
  #leaveSignal(): void {
    if (this.#onAbort === undefined) return;
    this.signal?.removeEventListener('abort', this.#onAbort);
    this.#onAbort = undefined;
  }

  #sweep(): void {
    for (const [key, queue] of this.queues) {
      if (queue.active || queue.readyIn !== 0 || queue.waitingIn !== 0) continue;
      queue.retired = true;
      this.queues.delete(key);
    }
  }
}

const MAX_IDLE_KEYS = 4_096;
