import type { GlobTail } from './glob-tail.ts';
import { sortByRank } from './merge-by-rank.ts';
import type { RankedEntry } from './route.ts';
import type { TopicRoute } from './topic-route.ts';

/**
 * The entries of one pattern, found by key and listed by rank.
 *
 * Workload: most patterns have one entry, some have thousands; changes come in bursts without a message in between. So the first entry
 * lives in a field, a few further ones in an array, many in a map by key; the list by rank is made when a route first asks for it.
 */
export class PatternGroup<T extends RankedEntry> {
  readonly pattern: string;
  /** The route of its topic, for a pattern without wildcards. */
  readonly route: TopicRoute<T> | undefined;
  /** Written by the trie. */
  tail: GlobTail<PatternGroup<T>> | undefined = undefined;
  #first: T | undefined;
  #few: T[] | undefined;
  #many: Map<unknown, T> | undefined;
  #entries: readonly T[] | undefined;

  constructor(pattern: string, route: TopicRoute<T> | undefined) {
    this.pattern = pattern;
    this.route = route;
  }

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#few?.length ?? 0) + (this.#many?.size ?? 0);
  }

  find(key: unknown): T | undefined {
    if (this.#first?.key === key) return this.#first;
    if (this.#many !== undefined) return this.#many.get(key);
    const few = this.#few;
    if (few === undefined) return undefined;
    for (let i = 0; i < few.length; i += 1) {
      const entry = few[i] as T;
      if (entry.key === key) return entry;
    }
    return undefined;
  }

  add(entry: T): void {
    this.#entries = undefined;
    if (this.#first === undefined) {
      this.#first = entry;
    } else if (this.#many !== undefined) {
      this.#many.set(entry.key, entry);
    } else {
      this.#few ??= [];
      this.#few.push(entry);
      if (this.#few.length <= MOST_FEW) return;
      this.#many = new Map(this.#few.map((other) => [other.key, other]));
      this.#few = undefined;
    }
  }

  /** Whether the entry was there. */
  remove(entry: T): boolean {
    if (!this.#take(entry)) return false;
    this.#entries = undefined;
    return true;
  }

  /** By rank; never changed, only replaced. */
  entries(): readonly T[] {
    this.#entries ??= this.#list();
    return this.#entries;
  }

  #take(entry: T): boolean {
    if (this.#first === entry) {
      this.#first = undefined;
      return true;
    }
    if (this.#many !== undefined) {
      if (this.#many.get(entry.key) !== entry) return false;
      this.#many.delete(entry.key);
      if (this.#many.size === 0) this.#many = undefined;
      return true;
    }
    const index = this.#few?.indexOf(entry) ?? -1;
    if (index < 0) return false;
    this.#few?.splice(index, 1);
    return true;
  }

  #list(): readonly T[] {
    const entries: T[] = this.#first === undefined ? [] : [this.#first];
    for (const entry of this.#many?.values() ?? this.#few ?? []) entries.push(entry);
    return sortByRank(entries);
  }
}

/** Comparing eight keys costs about as much as looking one up. */
const MOST_FEW = 8;
