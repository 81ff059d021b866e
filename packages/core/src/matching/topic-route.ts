import type { TopicMeta } from '@tradewind/core-types';
import type { PatternGroup } from './pattern-group.ts';
import type { RankedEntry, Route } from './route.ts';

/** A route as its index keeps it: filled when it is first asked for, and filled again after a change that concerns it. */
export class TopicRoute<T extends RankedEntry> implements Route<T> {
  readonly topic: string;
  readonly meta: TopicMeta;
  entries: readonly T[] = NOTHING;
  handlers: readonly T['handler'][] = NOTHING;
  /** The count of changes at which it was last known to hold; {@link STALE} before it is filled. */
  currentAt: number = STALE;
  /** Those who subscribed to exactly this topic. A route that has them is kept whatever the cache does. */
  exact: PatternGroup<T> | undefined = undefined;
  /** Whether it has a place in the cache. */
  isCached = false;
  /** Whether the change stamps count it. */
  isCounted = false;
  /** Entries in arrays of its own; 0 when it shares those of a group. */
  merged = 0;

  constructor(topic: string) {
    this.topic = topic;
    this.meta = { topic };
  }
}

export const NOTHING: readonly never[] = [];
export const STALE = -1;
