import { EVERYWHERE } from './change-stamps.ts';
import { sortByRank } from './merge-by-rank.ts';
import type { RankedEntry } from './route.ts';
import { NOTHING, type TopicRoute } from './topic-route.ts';

/**
 * The entries of one pattern, found by key and listed by rank.
 *
 * Workload: most patterns have one entry, some have thousands, and changes come in bursts without a message in between. So a change
 * only notes who is there; the list by rank is made when a route asks for it. What a change reads stands first, the key of the first
 * entry included: among ten thousand groups each cache line counts.
 */
export class PatternGroup<T extends RankedEntry> {
  #firstKey: unknown = undefined;
  #first: T | undefined = undefined;
  /** Further ones: a few in the order of coming, or many by key. */
  #others: T[] | Map<unknown, T> | undefined = undefined;
  #entries: readonly T[] | undefined = NOTHING;
  /** The route of its topic, for a pattern without wildcards. */
  readonly route: TopicRoute<T> | undefined;
  readonly pattern: string;
  /** Where it hangs in the trie; written by the trie. */
  node = 0;
  /** Where its changes are stamped. */
  place: number = EVERYWHERE;

  constructor(pattern: string, route: TopicRoute<T> | undefined) {
    this.pattern = pattern;
    this.route = route;
  }

  get isEmpty(): boolean {
    return this.#first === undefined && this.#others === undefined;
  }

  get size(): number {
    const others = this.#others;
    const otherCount = others === undefined ? 0 : Array.isArray(others) ? others.length : others.size;
    return (this.#first === undefined ? 0 : 1) + otherCount;
  }

  /** The entry if there is only one, as in most groups: then nobody needs its list. */
  get only(): T | undefined {
    return this.#others === undefined ? this.#first : undefined;
  }

  find(key: unknown): T | undefined {
    if (this.#first !== undefined && this.#firstKey === key) return this.#first;
    const others = this.#others;
    if (others === undefined) return undefined;
    return Array.isArray(others) ? others.find((entry) => entry.key === key) : others.get(key);
  }

  /** Adds an entry whose key is not there yet. */
  add(entry: T): void {
    this.#entries = undefined;
    const others = this.#others;
    if (this.#first === undefined) {
      this.#first = entry;
      this.#firstKey = entry.key;
    } else if (others === undefined) {
      this.#others = [entry];
    } else if (!Array.isArray(others)) {
      others.set(entry.key, entry);
    } else if (others.length < MOST_FEW) {
      others.push(entry);
    } else {
      this.#others = new Map([...others, entry].map((other) => [other.key, other]));
    }
  }

  /** Whether the entry was there. */
  remove(entry: T): boolean {
    if (this.#first === entry) {
      this.#first = undefined;
      this.#firstKey = undefined;
    } else if (!this.#removeOther(entry)) {
      return false;
    }
    this.#entries = undefined;
    return true;
  }

  /** By rank; never changed, only replaced. */
  entries(): readonly T[] {
    this.#entries ??= this.#list();
    return this.#entries;
  }

  #removeOther(entry: T): boolean {
    const others = this.#others;
    if (others === undefined) return false;
    if (!Array.isArray(others)) {
      if (others.get(entry.key) !== entry) return false;
      others.delete(entry.key);
      if (others.size === 0) this.#others = undefined;
      return true;
    }
    const index = others.indexOf(entry);
    if (index < 0) return false;
    if (others.length === 1) this.#others = undefined;
    else others.splice(index, 1);
    return true;
  }

  #list(): readonly T[] {
    if (this.#first === undefined && this.#others === undefined) return NOTHING;
    const entries: T[] = this.#first === undefined ? [] : [this.#first];
    for (const entry of this.#others?.values() ?? []) entries.push(entry);
    return sortByRank(entries);
  }
}

/** Comparing eight keys costs about as much as looking one up. */
const MOST_FEW = 8;
