import { EVERYWHERE } from './change-stamps.ts';
import { insertByRank, sortByRank, without } from './merge-by-rank.ts';
import type { RankedEntry } from './route.ts';
import { NOTHING, type TopicRoute } from './topic-route.ts';

/**
 * The entries of one pattern, found by key and listed by rank.
 *
 * Workload: most patterns have one entry, some have thousands, and changes of those come in bursts without a message in between. So a few
 * entries are an array that each change replaces; many are a map, listed when a route asks for them.
 */
export class PatternGroup<T extends RankedEntry> {
  readonly pattern: string;
  /** The route of its topic, for a pattern without wildcards. */
  readonly route: TopicRoute<T> | undefined;
  /** Where it hangs in the trie; written by the trie. */
  node = 0;
  /** Where its changes are stamped. */
  place: number = EVERYWHERE;
  #entries: readonly T[] | undefined = NOTHING;
  #many: Map<unknown, T> | undefined;

  constructor(pattern: string, route: TopicRoute<T> | undefined) {
    this.pattern = pattern;
    this.route = route;
  }

  get isEmpty(): boolean {
    return this.#many === undefined && this.#entries?.length === 0;
  }

  find(key: unknown): T | undefined {
    if (this.#many !== undefined) return this.#many.get(key);
    const few = this.entries();
    for (let i = 0; i < few.length; i += 1) {
      const entry = few[i] as T;
      if (entry.key === key) return entry;
    }
    return undefined;
  }

  add(entry: T): void {
    if (this.#many === undefined) {
      const few = this.entries();
      if (few.length < MOST_FEW) {
        this.#entries = insertByRank(few, entry);
        return;
      }
      this.#many = new Map(few.map((other) => [other.key, other]));
    }
    this.#many.set(entry.key, entry);
    this.#entries = undefined;
  }

  /** Whether the entry was there. */
  remove(entry: T): boolean {
    if (this.#many === undefined) {
      const few = this.entries();
      const index = few.indexOf(entry);
      if (index < 0) return false;
      this.#entries = without(few, index);
      return true;
    }
    if (this.#many.get(entry.key) !== entry) return false;
    this.#many.delete(entry.key);
    this.#entries = undefined;
    if (this.#many.size > 0) return true;
    this.#many = undefined;
    this.#entries = NOTHING;
    return true;
  }

  /** By rank; never changed, only replaced. */
  entries(): readonly T[] {
    this.#entries ??= sortByRank([...(this.#many?.values() ?? [])]);
    return this.#entries;
  }
}

/** Copying eight pointers costs less than one look-up in a map. */
const MOST_FEW = 8;
