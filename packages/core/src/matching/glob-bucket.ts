import type { Anchor, GlobTail } from './glob-tail.ts';
import type { Matches } from './matches.ts';
import type { NameScan } from './name-scan.ts';

/**
 * The partial globs (`BTC*`, `*USDT`, `a?b`, `*.PERP.*`) under one node of the trie.
 *
 * Workload: from one to tens of thousands per node, and a new topic must not look at each of them. A bucket that outgrows a short list is
 * divided by the literal prefixes of its tails, each part by literal suffixes, each part of that by the longest literal inside. A look-up
 * tries each *length* in use once (the hash of any part of the topic is one multiplication), not each literal.
 */
export class GlobBucket<G> {
  readonly #depth: number;
  #listed: GlobTail<G>[] = [];
  #parts: Map<number, GlobBucket<G>> | undefined;
  /** Distinct lengths of the anchors in use, and how many tails have each. */
  #lengths: number[] = [];
  #lengthUses: number[] = [];
  #size = 0;
  #seenIn = 0;

  constructor(depth: number = BY_PREFIX) {
    this.#depth = depth;
  }

  get size(): number {
    return this.#size;
  }

  add(tail: GlobTail<G>): void {
    this.#size += 1;
    if (this.#parts !== undefined) {
      this.#addToPart(this.#parts, tail);
    } else if (this.#listed.length < MAX_LISTED || this.#depth === UNDIVIDED) {
      this.#listed.push(tail);
    } else {
      this.#parts = new Map();
      for (const listed of this.#listed) this.#addToPart(this.#parts, listed);
      this.#addToPart(this.#parts, tail);
      this.#listed = [];
    }
  }

  /** Removes a tail; one that is not there is ignored. */
  remove(tail: GlobTail<G>): void {
    const removed = this.#parts === undefined ? this.#removeListed(tail) : this.#removeFromPart(this.#parts, tail);
    if (!removed) return;
    this.#size -= 1;
    if (this.#size === 0) this.#parts = undefined;
  }

  /** Adds the groups of all tails that match the topic's tail to `found`, each once. */
  collect(scan: NameScan, found: Matches<G>): void {
    // Two lengths may lead to the same part: the topic repeats itself, or two hashes agree by chance.
    if (this.#seenIn === scan.serial) return;
    this.#seenIn = scan.serial;
    if (this.#parts === undefined) {
      for (const tail of this.#listed) {
        if (tail.matches(scan)) found.add(tail.group);
      }
      return;
    }
    const end = scan.length;
    for (const length of this.#lengths) {
      const lastStart = end - length;
      if (lastStart < scan.tailStart) continue;
      if (this.#depth === BY_PREFIX) this.#collectPart(scan, scan.tailStart, length, found);
      else if (this.#depth === BY_SUFFIX) this.#collectPart(scan, lastStart, length, found);
      else
        for (let start = scan.tailStart; start <= lastStart; start += 1) this.#collectPart(scan, start, length, found);
    }
  }

  #collectPart(scan: NameScan, start: number, length: number, found: Matches<G>): void {
    this.#parts?.get(scan.hash(start, start + length))?.collect(scan, found);
  }

  #addToPart(parts: Map<number, GlobBucket<G>>, tail: GlobTail<G>): void {
    const { hash, length } = this.#anchorOf(tail);
    let part = parts.get(hash);
    if (part === undefined) {
      part = new GlobBucket(this.#depth + 1);
      parts.set(hash, part);
    }
    part.add(tail);
    const index = this.#lengths.indexOf(length);
    if (index < 0) {
      this.#lengths.push(length);
      this.#lengthUses.push(1);
    } else {
      this.#lengthUses[index] = (this.#lengthUses[index] as number) + 1;
    }
  }

  #removeListed(tail: GlobTail<G>): boolean {
    const index = this.#listed.indexOf(tail);
    if (index >= 0) this.#listed.splice(index, 1);
    return index >= 0;
  }

  #removeFromPart(parts: Map<number, GlobBucket<G>>, tail: GlobTail<G>): boolean {
    const { hash, length } = this.#anchorOf(tail);
    const part = parts.get(hash);
    const before = part?.size ?? 0;
    part?.remove(tail);
    if (part === undefined || part.size === before) return false;
    if (part.size === 0) parts.delete(hash);
    const index = this.#lengths.indexOf(length);
    const uses = (this.#lengthUses[index] as number) - 1;
    this.#lengthUses[index] = uses;
    if (uses === 0) {
      this.#lengths.splice(index, 1);
      this.#lengthUses.splice(index, 1);
    }
    return true;
  }

  #anchorOf(tail: GlobTail<G>): Anchor {
    if (this.#depth === BY_PREFIX) return tail.prefix;
    return this.#depth === BY_SUFFIX ? tail.suffix : tail.infix;
  }
}

/** How deep a bucket lies says by what it is divided. */
const BY_PREFIX = 0;
const BY_SUFFIX = 1;
const UNDIVIDED = 3;

/** Tails in one list before it is divided: looking at eight costs about as much as one more step down. */
const MAX_LISTED = 8;
