import { GlobBucket } from './glob-bucket.ts';
import { GlobTail } from './glob-tail.ts';
import type { Matches } from './matches.ts';
import type { NameScan } from './name-scan.ts';

/** The partial globs under one node of the trie: by their text for those who subscribe, by what they match for those who publish. */
export class GlobSet<G> {
  readonly #tails = new Map<string, GlobTail<G>>();
  readonly #bucket = new GlobBucket<G>();

  get size(): number {
    return this.#tails.size;
  }

  /** The group whose glob has exactly this text. */
  find(text: string): G | undefined {
    return this.#tails.get(text)?.group;
  }

  /** Adds a glob; none of this text may be there. */
  add(text: string, group: G): void {
    const tail = new GlobTail(text, group);
    this.#tails.set(text, tail);
    this.#bucket.add(tail);
  }

  remove(text: string): void {
    const tail = this.#tails.get(text);
    if (tail === undefined) return;
    this.#tails.delete(text);
    this.#bucket.remove(tail);
  }

  /** Adds the groups of all globs that match the scanned topic's tail to `found`, each once. */
  collect(scan: NameScan, found: Matches<G>): void {
    this.#bucket.collect(scan, found);
  }

  /** Adds all groups to `found`. */
  list(found: G[]): void {
    for (const { group } of this.#tails.values()) found.push(group);
  }
}
