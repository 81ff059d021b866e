import type { TopicMeta } from '@tradewind/core-types';

/** What a {@link RouteIndex} keeps per subscription. The subscription object of a bus usually is its own entry. */
export interface RankedEntry {
  /** The canonical pattern, as `parsePattern` returns it. */
  readonly pattern: string;
  /** High first. */
  readonly handlerPriority: number;
  /** Ties of `handlerPriority` go by it, low first; unique in its index. A counter of subscriptions. */
  readonly order: number;
  /** Tells it from others of the same pattern: the subscriber's function, or the id that it gave. */
  readonly key: unknown;
  /** What is called. */
  readonly handler: (payload: never, meta: never) => unknown;
}

/**
 * Who gets the messages of one topic.
 *
 * The array is never changed, only replaced: a loop over an array that it took before keeps what it had. A route may be kept; before
 * each use ask {@link RouteIndex.isCurrent}, and look it up again when it says no.
 */
export interface Route<T extends RankedEntry> {
  readonly topic: string;
  /** One object for all messages of the topic. */
  readonly meta: TopicMeta;
  /** By `handlerPriority`, high first, then by `order`. */
  readonly entries: readonly T[];
  /** The handler of the entry when there is only one, as for most topics: a delivery then needs to look at nothing else. */
  readonly only: T['handler'] | undefined;
}
