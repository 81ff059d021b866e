import { parseTopic } from '@tradewind/core-types';
import { compareRank, type RankedEntry, type Route } from './route.ts';

export interface RouteIndexOptions {
  /** How many topics without an exact subscriber keep their route. Default 65,536. */
  readonly maxCachedTopics?: number | undefined;
}

/** Finds the entries whose patterns match a topic. */
export class RouteIndex<T extends RankedEntry> {
  readonly #groups = new Map<string, Map<unknown, T>>();
  readonly #expressions = new Map<string, RegExp>();
  readonly #stamps = new WeakMap<Route<T>, number>();
  #changes = 0;
  #size = 0;

  constructor(_options: RouteIndexOptions = {}) {}

  /** How many entries it holds. */
  get size(): number {
    return this.#size;
  }

  /** Grows with every change: a delivery loop that sees it differ checks its entries one by one. */
  get changes(): number {
    return this.#changes;
  }

  /** Adds an entry whose (pattern, key) is not there yet. Its pattern must be canonical. */
  add(entry: T): void {
    let group = this.#groups.get(entry.pattern);
    if (group === undefined) {
      group = new Map();
      this.#groups.set(entry.pattern, group);
      this.#expressions.set(entry.pattern, expressionOf(entry.pattern));
    }
    group.set(entry.key, entry);
    this.#size += 1;
    this.#changes += 1;
  }

  /** Removes an entry; one that is not there is ignored. */
  remove(entry: T): void {
    const group = this.#groups.get(entry.pattern);
    if (group?.get(entry.key) !== entry) return;
    group.delete(entry.key);
    if (group.size === 0) {
      this.#groups.delete(entry.pattern);
      this.#expressions.delete(entry.pattern);
    }
    this.#size -= 1;
    this.#changes += 1;
  }

  /** The entry of exactly this pattern and key. */
  find(pattern: string, key: unknown): T | undefined {
    return this.#groups.get(pattern)?.get(key);
  }

  /**
   * The route of a topic, current at the time of the call.
   *
   * @throws ValidationError `INVALID_TOPIC`
   */
  route(topic: string): Route<T> {
    parseTopic(topic);
    const entries: T[] = [];
    for (const [pattern, group] of this.#groups) {
      if (this.#expressions.get(pattern)?.test(topic) === true) entries.push(...group.values());
    }
    entries.sort(compareRank);
    const route = { topic, meta: Object.freeze({ topic }), entries, handlers: entries.map((entry) => entry.handler) };
    this.#stamps.set(route, this.#changes);
    return route;
  }

  /** Whether a kept route still holds. */
  isCurrent(route: Route<T>): boolean {
    return this.#stamps.get(route) === this.#changes;
  }

  /** The distinct patterns, in no particular order. */
  patterns(): readonly string[] {
    return [...this.#groups.keys()];
  }
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split('.')
    .map((segment) => (segment === '+' ? '[^.]+' : segment.replaceAll(/[\\^$.|?*+()[\]{}]/g, translate)))
    .join('\\.');
  return new RegExp(`^${source}$`, 's');
}

function translate(character: string): string {
  if (character === '*') return '.*';
  return character === '?' ? '.' : `\\${character}`;
}
