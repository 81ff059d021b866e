import type { Subscription } from '../vocabulary/subscription.ts';

/** Who is subscribed to what on a bus. Asked by people, a few times a minute. */
export interface SubscriptionCatalog {
  /** The subscriptions in force, in no particular order. */
  subscriptions(): Iterable<Subscription>;
}
