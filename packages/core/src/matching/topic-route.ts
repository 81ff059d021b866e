import type { TopicMeta } from '@tradewind/core-types';
import type { PatternGroup } from './pattern-group.ts';
import type { RankedEntry, Route } from './route.ts';

/**
 * A route as its index keeps it: filled when it is first asked for, and filled again after a change that concerns it.
 *
 * Ten thousand of them do not stay in the nearest caches of a processor; what a delivery reads comes first, so that it reads one cache line.
 */
export class TopicRoute<T extends RankedEntry> implements Route<T> {
  /** The count of changes at which it was last known to hold; {@link STALE} before it is filled. */
  currentAt: number = STALE;
  only: T['handler'] | undefined = undefined;
  readonly meta: TopicMeta;
  entries: readonly T[] = NOTHING;
  /** Those who subscribed to exactly this topic. A route that has them is kept whatever the cache does. */
  exact: PatternGroup<T> | undefined = undefined;
  readonly topic: string;
  /** Whether it has a place in the cache. */
  isCached = false;
  /** Whether the change stamps count it. */
  isCounted = false;
  /** Entries in an array of its own; 0 when it shares that of a group. */
  merged = 0;

  constructor(topic: string) {
    this.meta = { topic };
    this.topic = topic;
  }
}

/** The entries of every route without subscribers, shared so that such a route holds no array of its own. */
export const NOTHING: readonly never[] = [];
/** Below every count of changes: a route that has it does not hold and is filled when it is next asked for. */
export const STALE = -1;
