import { BusiestTallies } from './busiest-tallies.ts';
import type { Tally } from './tally.ts';

/** How many were looked at, and how many were beyond what may be looked at. */
export interface Share {
  lookedAt: number;
  leftOut: number;
}

/**
 * What was seen of one bus from one moment on: at most 2,000 topics and 1,000 subscriptions, the busiest.
 *
 * A new one takes the place of the one that was seen least (Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data
 * streams", 2005), whose sightings it inherits as the measure of how long it stays: whoever is seen often is there in the end. What is shown of a topic is
 * only what was seen since it came.
 */
export class Stretch {
  readonly startedAtMs: number;
  readonly #topics = new BusiestTallies(MAX_TOPICS);
  readonly #subscriptions = new BusiestTallies(MAX_SUBSCRIPTIONS);
  /** Messages that were published. */
  readonly messages: Share = { lookedAt: 0, leftOut: 0 };
  /** Attempts of handlers. */
  readonly attempts: Share = { lookedAt: 0, leftOut: 0 };

  constructor(startedAtMs: number) {
    this.startedAtMs = startedAtMs;
  }

  get topics(): ReadonlyMap<string, Tally> {
    return this.#topics.all;
  }

  get subscriptions(): ReadonlyMap<string, Tally> {
    return this.#subscriptions.all;
  }

  /** Times that a topic was let go for another one. */
  get evictedTopics(): number {
    return this.#topics.evicted;
  }

  /** To be called for each sighting of a topic. */
  topic(name: string): Tally {
    return this.#topics.seen(name);
  }

  subscription(id: string): Tally {
    return this.#subscriptions.seen(id);
  }

  /** This one and the one after it as one. */
  with(next: Stretch): Stretch {
    const both = new Stretch(this.startedAtMs);
    for (const stretch of [this, next]) {
      addShare(both.messages, stretch.messages);
      addShare(both.attempts, stretch.attempts);
    }
    both.#topics.merge(this.#topics, next.#topics);
    both.#subscriptions.merge(this.#subscriptions, next.#subscriptions);
    return both;
  }
}

function addShare(to: Share, from: Share): void {
  to.lookedAt += from.lookedAt;
  to.leftOut += from.leftOut;
}

const MAX_TOPICS = 2_000;
const MAX_SUBSCRIPTIONS = 1_000;
