import { parsePattern, parseTopic } from '@tradewind/core-types';
import { ChangeStamps } from './change-stamps.ts';
import { PatternGroup } from './pattern-group.ts';
import { PatternTrie } from './pattern-trie.ts';
import { RouteCache } from './route-cache.ts';
import { mergeByRank } from './merge-by-rank.ts';
import type { RankedEntry, Route } from './route.ts';
import { NOTHING, STALE, TopicRoute } from './topic-route.ts';
import { TopicScan } from './topic-scan.ts';

export interface RouteIndexOptions {
  /** How many topics without an exact subscriber keep their route, once they were seen twice. 0: none. Default 65,536. */
  readonly maxCachedTopics?: number | undefined;
}

/** What an index occupies, in pieces: for tests and metrics. */
export interface RouteIndexSizes {
  /** Entries. */
  readonly entries: number;
  /** Distinct patterns with a wildcard. */
  readonly wildcardPatterns: number;
  /** Topics whose route is kept, because somebody subscribed to exactly them or because they are cached. */
  readonly keptTopics: number;
  /** Topics with a place in the cache. */
  readonly cachedTopics: number;
  /** Entries in the arrays of kept routes that merge several patterns. */
  readonly mergedEntries: number;
}

/**
 * Says who gets the messages of a topic: entries by pattern, and kept routes by topic.
 *
 * Workload: look-ups of known topics, by the million per second; of topics never seen, by the hundred thousand; changes, by the thousand.
 *
 * | what | cost |
 * |---|---|
 * | a known topic | one map look-up and one compare |
 * | a topic never seen | one pass over its text, one step per segment and wildcard branch |
 * | a change | one step per segment; kept routes are checked when they are next used, and filled again only where it concerns them |
 * | memory | per entry and distinct pattern, at most `maxCachedTopics` routes, and a million entries in merged routes |
 */
export class RouteIndex<T extends RankedEntry> {
  /** Patterns with a wildcard. Those without live with the routes of their topics. */
  readonly #patterns = new Map<string, PatternGroup<T>>();
  readonly #routes = new Map<string, TopicRoute<T>>();
  readonly #stamps = new ChangeStamps();
  readonly #scan = new TopicScan();
  readonly #found: PatternGroup<T>[] = [];
  readonly #cache: RouteCache<T>;
  #trie = new PatternTrie<PatternGroup<T>>();
  #sweep: Iterator<TopicRoute<T>>;
  #changes = 0;
  #size = 0;
  #mergedEntries = 0;

  constructor(options: RouteIndexOptions = {}) {
    this.#cache = new RouteCache(options.maxCachedTopics ?? DEFAULT_MAX_CACHED_TOPICS);
    this.#sweep = this.#routes.values();
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#size;
  }

  /** Grows with every change. A delivery loop that sees it differ from before has to ask each entry whether it still wants the message. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * The canonical form of a pattern: what `entry.pattern` must be.
   *
   * @throws ValidationError `INVALID_PATTERN`
   */
  canonical(pattern: string): string {
    if (this.#routes.has(pattern) || this.#patterns.has(pattern) || this.#scan.read(pattern)) return pattern;
    return parsePattern(pattern);
  }

  /** The entry of exactly this canonical pattern and key. */
  find(pattern: string, key: unknown): T | undefined {
    return this.#groupOf(pattern)?.find(key);
  }

  /** The entries of exactly this canonical pattern, by rank. */
  entriesOf(pattern: string): readonly T[] {
    return this.#groupOf(pattern)?.entries() ?? NOTHING;
  }

  /** Adds an entry. Its pattern is canonical, and no entry of the same pattern and key is there. */
  add(entry: T): void {
    this.#size += 1;
    this.#changes += 1;
    const { pattern } = entry;
    if (this.#patterns.has(pattern) || !this.#isTopic(pattern)) this.#addToPattern(pattern, entry);
    else this.#addToTopic(pattern, entry);
  }

  /** Removes an entry; one that is not there is ignored. */
  remove(entry: T): void {
    const { pattern } = entry;
    const route = this.#routes.get(pattern);
    const group = route?.exact ?? this.#patterns.get(pattern);
    if (group === undefined || !group.remove(entry)) return;
    this.#size -= 1;
    this.#changes += 1;
    if (route?.exact !== undefined) this.#leaveTopic(route, group);
    else this.#leavePattern(group);
  }

  /**
   * The route of a topic, current at the time of the call.
   *
   * @throws ValidationError `INVALID_TOPIC`
   */
  route(topic: string): Route<T> {
    const route = this.#routes.get(topic);
    return route !== undefined && route.currentAt === this.#changes ? route : this.#lookUp(topic, route);
  }

  /** The route of a topic if it is kept and current; a bus that has to do something before a topic's first message asks this first. */
  current(topic: string): Route<T> | undefined {
    const route = this.#routes.get(topic);
    return route !== undefined && route.currentAt === this.#changes ? route : undefined;
  }

  /** Whether a kept route still holds: one compare. After any change ask {@link route} again, which knows better what the change concerned. */
  isCurrent(route: Route<T>): boolean {
    return (route as TopicRoute<T>).currentAt === this.#changes;
  }

  /** The distinct patterns, in no particular order. */
  patterns(): readonly string[] {
    const topics = [...this.#routes.values()].filter((route) => route.exact !== undefined).map((route) => route.topic);
    return [...this.#patterns.keys(), ...topics];
  }

  /** The topics that were looked up and whose routes are kept. */
  knownTopics(): readonly string[] {
    return [...this.#routes.values()].filter((route) => route.isCounted).map((route) => route.topic);
  }

  sizes(): RouteIndexSizes {
    return {
      entries: this.#size,
      wildcardPatterns: this.#patterns.size,
      keptTopics: this.#routes.size,
      cachedTopics: this.#cache.size,
      mergedEntries: this.#mergedEntries,
    };
  }

  #isTopic(pattern: string): boolean {
    return this.#routes.has(pattern) || this.#scan.read(pattern);
  }

  #groupOf(pattern: string): PatternGroup<T> | undefined {
    return this.#patterns.get(pattern) ?? this.#routes.get(pattern)?.exact;
  }

  #addToTopic(topic: string, entry: T): void {
    let route = this.#routes.get(topic);
    if (route === undefined) {
      route = new TopicRoute<T>(topic);
      this.#routes.set(topic, route);
    }
    route.exact ??= new PatternGroup<T>(topic);
    route.exact.add(entry);
    route.currentAt = STALE;
  }

  #addToPattern(pattern: string, entry: T): void {
    let group = this.#patterns.get(pattern);
    if (group === undefined) {
      group = new PatternGroup<T>(pattern);
      this.#patterns.set(pattern, group);
      this.#trie.add(group);
    }
    group.add(entry);
    this.#stamps.stamp(pattern, this.#changes);
  }

  #leaveTopic(route: TopicRoute<T>, group: PatternGroup<T>): void {
    this.#release(route);
    if (group.size > 0) return;
    route.exact = undefined;
    if (!route.isCached) this.#forget(route);
  }

  #leavePattern(group: PatternGroup<T>): void {
    this.#stamps.stamp(group.pattern, this.#changes);
    this.#sweepOne();
    if (group.size > 0) return;
    this.#patterns.delete(group.pattern);
    this.#trie.remove(group);
    if (!this.#trie.isSparse) return;
    this.#trie = new PatternTrie();
    for (const remaining of this.#patterns.values()) this.#trie.add(remaining);
  }

  /** What {@link route} does for a topic that is not known, or not known to be current. */
  #lookUp(topic: string, kept: TopicRoute<T> | undefined): Route<T> {
    if (kept !== undefined && kept.currentAt !== STALE && this.#stillHolds(kept)) {
      kept.currentAt = this.#changes;
      return kept;
    }
    if (!this.#scan.read(topic)) parseTopic(topic);
    const route = kept ?? new TopicRoute<T>(topic);
    const mergedBefore = route.merged;
    this.#fill(route);
    if (kept === undefined && !this.#cache.admits(this.#scan.hash(0, topic.length))) return route;
    this.#mergedEntries += route.merged - mergedBefore;
    if (!route.isCounted) this.#count(route);
    if (kept === undefined) this.#keep(route);
    if (this.#mergedEntries > MAX_MERGED_ENTRIES) this.#releaseMergedExcept(route);
    return route;
  }

  #stillHolds(route: TopicRoute<T>): boolean {
    if (this.#stamps.isQuietSince(route.currentAt)) return true;
    this.#scan.read(route.topic);
    return !this.#stamps.concerns(this.#scan, route.currentAt);
  }

  /** Writes into a route who gets the messages of the scanned topic. */
  #fill(route: TopicRoute<T>): void {
    const found = this.#found;
    if (route.exact !== undefined) found.push(route.exact);
    if (this.#patterns.size > 0) this.#trie.collect(this.#scan, found);
    const first = found[0];
    if (first === undefined) {
      route.entries = NOTHING;
      route.merged = 0;
    } else if (found.length === 1) {
      route.entries = first.entries();
      route.merged = 0;
    } else {
      route.entries = mergeByRank(found);
      route.merged = route.entries.length;
    }
    route.only = route.entries.length === 1 ? (route.entries[0] as T).handler : undefined;
    found.length = 0;
    route.currentAt = this.#changes;
  }

  #count(route: TopicRoute<T>): void {
    this.#stamps.countTopic(this.#scan, 1);
    route.isCounted = true;
  }

  #keep(route: TopicRoute<T>): void {
    this.#routes.set(route.topic, route);
    const evicted = this.#cache.admit(route);
    if (evicted !== undefined && evicted.exact === undefined) this.#forget(evicted);
  }

  #forget(route: TopicRoute<T>): void {
    this.#routes.delete(route.topic);
    this.#mergedEntries -= route.merged;
    if (!route.isCounted) return;
    this.#scan.read(route.topic);
    this.#stamps.countTopic(this.#scan, -1);
  }

  /** Many handlers on `*` and many topics: their product may not fill the memory. What is released is merged again when it is used. */
  #releaseMergedExcept(used: TopicRoute<T>): void {
    for (const route of this.#routes.values()) {
      if (route !== used && route.merged > 0) this.#release(route);
    }
  }

  /** Each change of a pattern looks at one kept route: topics that fell silent do not hold what was unsubscribed for ever. */
  #sweepOne(): void {
    const { value: route } = this.#sweep.next();
    if (route === undefined) this.#sweep = this.#routes.values();
    else if (route.currentAt !== STALE && !this.#stillHolds(route)) this.#release(route);
  }

  #release(route: TopicRoute<T>): void {
    this.#mergedEntries -= route.merged;
    route.merged = 0;
    route.entries = NOTHING;
    route.only = undefined;
    route.currentAt = STALE;
  }
}

const DEFAULT_MAX_CACHED_TOPICS = 65_536;
const MAX_MERGED_ENTRIES = 1_000_000;
