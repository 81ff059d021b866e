import { sortByRank } from './merge-by-rank.ts';
import type { RankedEntry } from './route.ts';

/**
 * The entries of one pattern, found by key and listed by rank.
 *
 * Workload: most patterns have one entry, some have thousands; changes come in bursts without a message in between. So the first entry
 * lives in a field, further ones in a map by key, and the arrays in order of rank are made when a route first asks for them.
 */
export class PatternGroup<T extends RankedEntry> {
  readonly pattern: string;
  #first: T | undefined;
  #others: Map<unknown, T> | undefined;
  #entries: readonly T[] | undefined;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  find(key: unknown): T | undefined {
    return this.#first?.key === key ? this.#first : this.#others?.get(key);
  }

  add(entry: T): void {
    this.#entries = undefined;
    if (this.#first === undefined) {
      this.#first = entry;
    } else {
      this.#others ??= new Map();
      this.#others.set(entry.key, entry);
    }
  }

  /** Whether the entry was there. */
  remove(entry: T): boolean {
    if (this.#first === entry) this.#first = undefined;
    else if (this.#others?.get(entry.key) === entry) this.#others.delete(entry.key);
    else return false;
    this.#entries = undefined;
    return true;
  }

  /** By rank; never changed, only replaced. */
  entries(): readonly T[] {
    this.#entries ??= this.#list();
    return this.#entries;
  }

  #list(): readonly T[] {
    const entries: T[] = this.#first === undefined ? [] : [this.#first];
    if (this.#others === undefined) return entries;
    for (const entry of this.#others.values()) entries.push(entry);
    return sortByRank(entries);
  }
}
