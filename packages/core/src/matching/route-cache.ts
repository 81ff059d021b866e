import { Doorkeeper } from './doorkeeper.ts';
import type { RankedEntry } from './route.ts';
import type { TopicRoute } from './topic-route.ts';

/**
 * Decides which topics without an exact subscriber keep their route. It holds the places; the routes live in the map of the index.
 *
 * Workload: feeds publish the same thousands of topics for ever, mixed with topics that come once. A topic gets a place at its second
 * sighting; a full cache takes one newcomer in eight, so that a working set larger than the cache still hits for its larger part instead
 * of washing itself out. Places are given up in the order in which they were taken: no write per hit.
 */
export class RouteCache<T extends RankedEntry> {
  readonly #maxTopics: number;
  readonly #places: TopicRoute<T>[] = [];
  #doorkeeper: Doorkeeper | undefined;
  #oldest = 0;
  #newcomers = 0;

  constructor(maxTopics: number) {
    this.#maxTopics = maxTopics;
  }

  /** How many topics have a place. */
  get size(): number {
    return this.#places.length;
  }

  /** Whether a topic that has no place should get one, now that it was seen again; `hash` is that of its text. */
  admits(hash: number): boolean {
    if (this.#maxTopics === 0) return false;
    this.#doorkeeper ??= new Doorkeeper(doorkeeperCapacity(this.#maxTopics));
    if (!this.#doorkeeper.isSecondSighting(hash)) return false;
    if (this.#places.length < this.#maxTopics) return true;
    this.#newcomers = (this.#newcomers + 1) % NEWCOMERS_PER_PLACE;
    return this.#newcomers === 0;
  }

  /** Gives a route a place, and returns the one that lost it. */
  admit(route: TopicRoute<T>): TopicRoute<T> | undefined {
    route.isCached = true;
    if (this.#places.length < this.#maxTopics) {
      this.#places.push(route);
      return undefined;
    }
    const evicted = this.#places[this.#oldest] as TopicRoute<T>;
    evicted.isCached = false;
    this.#places[this.#oldest] = route;
    this.#oldest = (this.#oldest + 1) % this.#maxTopics;
    return evicted;
  }
}

/** A power of two: enough to see every topic of a full cache twice, though it stands between others, and 256 KiB at most. */
function doorkeeperCapacity(maxTopics: number): number {
  const wanted = Math.min(Math.max(maxTopics, SMALLEST_DOORKEEPER), LARGEST_DOORKEEPER);
  return 2 ** Math.ceil(Math.log2(wanted));
}

const NEWCOMERS_PER_PLACE = 8;
const SMALLEST_DOORKEEPER = 256;
const LARGEST_DOORKEEPER = 65_536;
