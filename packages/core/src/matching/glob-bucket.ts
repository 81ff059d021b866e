import { GlobParts } from './glob-parts.ts';
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
  #parts: GlobParts<G> | undefined;
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
      this.#parts = new GlobParts();
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
    const parts = this.#parts;
    if (parts === undefined) {
      for (const tail of this.#listed) {
        if (tail.matches(scan)) found.add(tail.group);
      }
      return;
    }
    const { length: end, tailStart } = scan;
    const lengths = this.#lengths;
    for (let i = 0; i < lengths.length; i += 1) {
      const length = lengths[i] as number;
      const lastStart = end - length;
      if (lastStart < tailStart) continue;
      if (this.#depth === BY_PREFIX) {
        this.#collectPart(parts, scan.hash(tailStart, tailStart + length), scan, found);
      } else if (this.#depth === BY_SUFFIX) {
        this.#collectPart(parts, scan.hash(lastStart, end), scan, found);
      } else {
        for (let start = tailStart; start <= lastStart; start += 1)
          this.#collectPart(parts, scan.hash(start, start + length), scan, found);
      }
    }
  }

  #collectPart(parts: GlobParts<G>, hash: number, scan: NameScan, found: Matches<G>): void {
    const id = parts.candidate(hash, scan);
    if (id === 0) return;
    const lone = parts.lone(id);
    if (lone === undefined) parts.bucket(id)?.collect(scan, found);
    else if (lone.isFirstLook(scan) && lone.matches(scan)) found.add(lone.group);
  }

  #addToPart(parts: GlobParts<G>, tail: GlobTail<G>): void {
    const { hash, length } = this.#anchorOf(tail);
    const id = parts.idOf(hash);
    if (id === 0) {
      parts.addLone(hash, tail);
    } else {
      const lone = parts.lone(id);
      const bucket = parts.bucket(id) ?? new GlobBucket<G>(this.#depth + 1);
      if (lone !== undefined) {
        bucket.add(lone);
        parts.replaceLone(hash, id, bucket);
      }
      bucket.add(tail);
    }
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

  #removeFromPart(parts: GlobParts<G>, tail: GlobTail<G>): boolean {
    const { hash, length } = this.#anchorOf(tail);
    const id = parts.idOf(hash);
    if (id === 0) return false;
    const bucket = parts.bucket(id);
    if (bucket === undefined) {
      if (parts.lone(id) !== tail) return false;
      parts.remove(hash, id);
    } else {
      const before = bucket.size;
      bucket.remove(tail);
      if (bucket.size === before) return false;
      if (bucket.size === 0) parts.remove(hash, id);
    }
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
