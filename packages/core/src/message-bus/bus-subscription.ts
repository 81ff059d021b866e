import type { Handler, Subscription } from '@tradewind/core-types';
import type { PatternGroup } from '../matching/pattern-group.ts';
import type { RankedEntry } from '../matching/route.ts';

/** Where a subscription leaves from when it ends. */
export interface SubscriptionOwner {
  leave(subscription: BusSubscription): void;
}

/** What a subscription has beside its pattern and handler. */
export interface SubscriptionTerms {
  readonly id: string | undefined;
  readonly handlerPriority: number;
  readonly order: number;
}

/** A subscription of the synchronous bus; also its own entry in the route index, so that subscribing makes one object. */
export class BusSubscription implements Subscription, RankedEntry {
  readonly handler: Handler;
  readonly handlerPriority: number;
  readonly order: number;
  /** The id that was given, otherwise the function. */
  readonly key: unknown;
  readonly group: PatternGroup<BusSubscription>;
  active = true;
  readonly #owner: SubscriptionOwner;

  constructor(
    owner: SubscriptionOwner,
    group: PatternGroup<BusSubscription>,
    handler: Handler,
    terms: SubscriptionTerms,
  ) {
    this.handler = handler;
    this.handlerPriority = terms.handlerPriority;
    this.order = terms.order;
    this.key = terms.id ?? handler;
    this.group = group;
    this.#owner = owner;
  }

  get pattern(): string {
    return this.group.pattern;
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
