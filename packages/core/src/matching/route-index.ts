import { parsePattern, parseTopic } from '@tradewind/core-types';
import { ChangeStamps } from './change-stamps.ts';
import { NOT_A_NAME, NameScan, TOPIC } from './name-scan.ts';
import { PatternGroup } from './pattern-group.ts';
import { PatternTrie } from './pattern-trie.ts';
import { RouteCache } from './route-cache.ts';
import { Matches } from './matches.ts';
import { mergeByRank } from './merge-by-rank.ts';
import type { RankedEntry, Route } from './route.ts';
import { NOTHING, STALE, TopicRoute } from './topic-route.ts';

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
  readonly #routes = new Map<string, TopicRoute<T>>();
  readonly #stamps = new ChangeStamps();
  readonly #scan = new NameScan();
  readonly #found = new Matches<PatternGroup<T>>();
  readonly #cache: RouteCache<T>;
  #trie = new PatternTrie<PatternGroup<T>>();
  #sweep: Iterator<TopicRoute<T>> | undefined;
  #changes = 0;
  #size = 0;
  #mergedEntries = 0;

  constructor(options: RouteIndexOptions = {}) {
    this.#cache = new RouteCache(options.maxCachedTopics ?? DEFAULT_MAX_CACHED_TOPICS);
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
   * The group of a pattern: the one that is there, or a new one that becomes part of the index with its first entry.
   *
   * With it in hand, {@link find} and {@link add} look nothing up again. Use it at once.
   *
   * @throws ValidationError `INVALID_PATTERN`
   */
  groupOf(pattern: string): PatternGroup<T> {
    // Most patterns end in a star, which no topic does.
    const route = endsInStar(pattern) ? undefined : this.#routes.get(pattern);
    if (route !== undefined) return route.exact ?? new PatternGroup<T>(pattern, route);
    const kind = this.#scan.read(pattern);
    if (kind === NOT_A_NAME) return this.groupOf(parsePattern(pattern));
    if (kind === TOPIC) return new PatternGroup<T>(pattern, new TopicRoute<T>(pattern));
    return this.#trie.find(this.#scan) ?? new PatternGroup<T>(pattern, undefined);
  }

  /**
   * The canonical form of a pattern: what `entry.pattern` must be.
   *
   * @throws ValidationError `INVALID_PATTERN`
   */
  canonical(pattern: string): string {
    return this.groupOf(pattern).pattern;
  }

  /** The entry of exactly this canonical pattern and key. */
  find(pattern: string, key: unknown): T | undefined {
    return this.groupOf(pattern).find(key);
  }

  /** The entries of exactly this canonical pattern, by rank. */
  entriesOf(pattern: string): readonly T[] {
    return this.groupOf(pattern).entries();
  }

  /** Adds an entry. Its pattern is canonical, and no entry of the same pattern and key is there. `group` is that of its pattern. */
  add(entry: T, group: PatternGroup<T> = this.groupOf(entry.pattern)): void {
    this.#size += 1;
    this.#changes += 1;
    const isNew = group.isEmpty;
    group.add(entry);
    const { route } = group;
    if (route === undefined) {
      if (isNew) this.#joinTrie(group);
      this.#stamps.stamp(group.place, this.#changes);
      return;
    }
    route.currentAt = STALE;
    if (!isNew) return;
    route.exact = group;
    if (!route.isCached) this.#routes.set(route.topic, route);
  }

  /** Removes an entry; one that is not there is ignored. `group` is the one to which it was added. */
  remove(entry: T, group: PatternGroup<T> = this.groupOf(entry.pattern)): void {
    if (!group.remove(entry)) return;
    this.#size -= 1;
    this.#changes += 1;
    if (group.route === undefined) this.#leavePattern(group);
    else this.#leaveTopic(group.route, group);
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

  /** Lets every route be looked up once more, as if something had changed: for a bus that from now on has to hear of each topic. */
  expireRoutes(): void {
    this.#changes += 1;
  }

  /** The distinct patterns, in no particular order. */
  patterns(): readonly string[] {
    const topics = [...this.#routes.values()].filter((route) => route.exact !== undefined).map((route) => route.topic);
    return [...this.#trie.groups().map((group) => group.pattern), ...topics];
  }

  /** The topics that were looked up and whose routes are kept. */
  knownTopics(): readonly string[] {
    return [...this.#routes.values()].filter((route) => route.isCounted).map((route) => route.topic);
  }

  sizes(): RouteIndexSizes {
    return {
      entries: this.#size,
      wildcardPatterns: this.#trie.size,
      keptTopics: this.#routes.size,
      cachedTopics: this.#cache.size,
      mergedEntries: this.#mergedEntries,
    };
  }

  #leaveTopic(route: TopicRoute<T>, group: PatternGroup<T>): void {
    this.#release(route);
    if (!group.isEmpty) return;
    route.exact = undefined;
    if (!route.isCached) this.#forget(route);
  }

  #leavePattern(group: PatternGroup<T>): void {
    this.#stamps.stamp(group.place, this.#changes);
    if (group.isEmpty) {
      this.#trie.remove(this.#scan, group);
      if (this.#trie.isSparse) this.#rebuildTrie();
    }
    this.#sweepOne();
  }

  #joinTrie(group: PatternGroup<T>): void {
    this.#scan.read(group.pattern);
    group.place = this.#stamps.placeOf(this.#scan);
    this.#trie.add(this.#scan, group);
  }

  #rebuildTrie(): void {
    const groups = this.#trie.groups();
    this.#trie = new PatternTrie();
    for (const group of groups) {
      this.#scan.read(group.pattern);
      this.#trie.add(this.#scan, group);
    }
  }

  /** What {@link route} does for a topic that is not known, or not known to be current. */
  #lookUp(topic: string, kept: TopicRoute<T> | undefined): Route<T> {
    if (kept !== undefined && kept.currentAt !== STALE && this.#stillHolds(kept)) {
      kept.currentAt = this.#changes;
      return kept;
    }
    if (this.#scan.read(topic) !== TOPIC) parseTopic(topic);
    const route = kept ?? new TopicRoute<T>(topic);
    const mergedBefore = route.merged;
    this.#fill(route);
    if (kept === undefined && !this.#cache.admits(this.#scan.nameHash())) return route;
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
    if (route.exact !== undefined) found.add(route.exact);
    if (this.#trie.size > 0) this.#trie.collect(this.#scan, found);
    route.merged = 0;
    if (found.count === 0) {
      route.entries = NOTHING;
    } else if (found.count === 1) {
      route.entries = found.at(0).entries();
    } else {
      route.entries = mergeByRank(found);
      route.merged = route.entries.length;
    }
    route.only = route.entries.length === 1 ? (route.entries[0] as T).handler : undefined;
    found.clear();
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
    if (route.isCounted) {
      this.#scan.read(route.topic);
      this.#stamps.countTopic(this.#scan, -1);
    }
    this.#sweepOne();
  }

  /** Many handlers on `*` and many topics: their product may not fill the memory. What is released is merged again when it is used. */
  #releaseMergedExcept(used: TopicRoute<T>): void {
    for (const route of this.#routes.values()) {
      if (route !== used && route.merged > 0) this.#release(route);
    }
  }

  /**
   * Each pattern left and each route forgotten looks at one kept route: topics that fell silent do not hold what was unsubscribed for ever.
   *
   * An iterator that stands still while its map changes keeps every table that the map had since, so it moves with each deletion, and none
   * is held before the first and between two rounds.
   */
  #sweepOne(): void {
    this.#sweep ??= this.#routes.values();
    const { value: route } = this.#sweep.next();
    if (route === undefined) this.#sweep = undefined;
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

function endsInStar(pattern: string): boolean {
  return typeof pattern === 'string' && pattern.charCodeAt(pattern.length - 1) === STAR;
}

const STAR = 0x2a;
const DEFAULT_MAX_CACHED_TOPICS = 65_536;
const MAX_MERGED_ENTRIES = 1_000_000;
