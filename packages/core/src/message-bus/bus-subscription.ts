import type { Handler, Subscription } from '@tradewind/core-types';
import type { RankedEntry } from '../matching/route.ts';

/** Where a subscription leaves from when it ends. */
export interface SubscriptionOwner {
  leave(subscription: BusSubscription): void;
}

/** A subscription of the synchronous bus; also its own entry in the route index, so that subscribing makes one object. */
export class BusSubscription implements Subscription, RankedEntry {
  readonly pattern: string;
  readonly handler: Handler;
  readonly handlerPriority: number;
  readonly order: number;
  /** The id that was given, otherwise the function. */
  readonly key: unknown;
  active = true;
  readonly #owner: SubscriptionOwner;

  constructor(owner: SubscriptionOwner, entry: RankedEntry & { readonly handler: Handler }) {
    this.pattern = entry.pattern;
    this.handler = entry.handler;
    this.handlerPriority = entry.handlerPriority;
    this.order = entry.order;
    this.key = entry.key;
    this.#owner = owner;
  }

  get id(): string {
    return typeof this.key === 'string' ? this.key : `${MADE_ID_PREFIX}${this.order}`;
  }

  unsubscribe(): void {
    if (!this.active) return;
    this.active = false;
    this.#owner.leave(this);
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }
}

/** Begins every id that a bus makes by itself; given ids may not begin with it. */
export const MADE_ID_PREFIX = '#';
