import type { DropReason, Message, SettlementFailure } from '@tradewind/core-types';
import type { BurstClock } from '../draining/burst-clock.ts';
import type { ClientSubscription, Receiver } from './client-subscription.ts';
import type { Settlement } from '../delivering/settlement.ts';
import { MessageHold, type Delivery } from '../delivering/delivery.ts';
import { Fifo } from '../delivering/fifo.ts';
import { PriorityFifo } from '../delivering/priority-fifo.ts';

export interface PullReceiverOptions {
  readonly maxBuffered: number;
  readonly settlement: Settlement;
  readonly time: BurstClock;
}

/**
 * The iterator of `messages()`: buffers deliveries until they are pulled, the most urgent first.
 *
 * No worker is held, neither by what waits here nor by what the consumer works on; a consumer is its own worker. Beyond `maxBuffered`,
 * deliveries count against the capacity of their lane. A message is handled when the next one is pulled. The one that the consumer
 * has when it leaves the loop was not, as far as anybody can tell from here: it counts as dropped.
 */
export class PullReceiver<P> implements Receiver, AsyncIterableIterator<Message<P>> {
  readonly #subscription: ClientSubscription;
  readonly #options: PullReceiverOptions;
  readonly #buffer = new PriorityFifo<Delivery>();
  /** Deliveries beyond the buffer, each with a hold on its lane. */
  readonly #beyond = new PriorityFifo<Delivery>();
  readonly #pulls = new Fifo<(result: IteratorResult<Message<P>>) => void>();
  #current: Delivery | undefined = undefined;
  #ended = false;

  constructor(subscription: ClientSubscription, options: PullReceiverOptions) {
    this.#subscription = subscription;
    this.#options = options;
  }

  get size(): number {
    return this.#buffer.size + this.#beyond.size + (this.#current === undefined ? 0 : 1);
  }

  offer(delivery: Delivery): void {
    const pull = this.#pulls.shift();
    if (pull !== undefined) {
      // An earlier pull was answered with the current message; this one came after it.
      this.#acknowledge();
      pull(this.#hand(delivery));
      return;
    }
    const { priority } = delivery.lane;
    if (this.#buffer.size < this.#options.maxBuffered) {
      this.#buffer.push(priority, delivery);
      return;
    }
    delivery.hold = new MessageHold(delivery.lane);
    delivery.hold.add();
    this.#beyond.push(priority, delivery);
  }

  next(): Promise<IteratorResult<Message<P>>> {
    this.#acknowledge();
    const delivery = this.#take();
    if (delivery !== undefined) return Promise.resolve(this.#hand(delivery));
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.#pulls.push(resolve);
    });
  }

  return(): Promise<IteratorResult<Message<P>>> {
    this.#subscription.unsubscribe();
    this.end('unsubscribed');
    this.#dropCurrent('unsubscribed');
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The subscription has ended: what was not pulled is given up, and who waits is told. */
  end(reason: 'unsubscribed' | 'closed', failure?: SettlementFailure): void {
    if (reason === 'closed') this.#dropCurrent(reason, failure);
    if (this.#ended) return;
    this.#ended = true;
    for (const delivery of [...this.#buffer.takeAll(), ...this.#beyond.takeAll()]) {
      unhold(delivery);
      this.#options.settlement.dropped(delivery, reason, failure);
    }
    for (let pull = this.#pulls.shift(); pull !== undefined; pull = this.#pulls.shift()) pull(DONE);
  }

  hurry(_eager: boolean): void {
    // The consumer sets the pace, and nothing is held back from it.
  }

  retryNow(): void {
    // A pull has no retry.
  }

  #dropCurrent(reason: DropReason, failure?: SettlementFailure): void {
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) this.#options.settlement.dropped(current, reason, failure);
  }

  #acknowledge(): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#options.settlement.handledElsewhere(current, Math.max(0, this.#options.time.read() - current.startedAtMs));
  }

  #take(): Delivery | undefined {
    for (;;) {
      const delivery = this.#buffer.shift();
      if (delivery === undefined) return undefined;
      const beyond = this.#beyond.shift();
      if (beyond !== undefined) {
        this.#buffer.push(beyond.lane.priority, beyond);
        unhold(beyond);
      }
      if (delivery.inbound?.isRevoked === true) this.#options.settlement.dropped(delivery, 'revoked');
      else if (delivery.isExpired(this.#options.time.read())) this.#options.settlement.expired(delivery);
      else return delivery;
    }
  }

  #hand(delivery: Delivery): IteratorResult<Message<P>> {
    delivery.attempts += 1;
    delivery.startedAtMs = this.#options.time.read();
    this.#current = delivery;
    return { done: false, value: { payload: delivery.payload as P, meta: delivery.meta } };
  }
}

function unhold(delivery: Delivery): void {
  delivery.hold?.remove();
  delivery.hold = undefined;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
