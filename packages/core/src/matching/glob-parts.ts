import type { GlobBucket } from './glob-bucket.ts';
import type { GlobTail } from './glob-tail.ts';
import type { NameScan } from './name-scan.ts';
import { FIRST, HASH, ID, SECOND, SlotTable, home, next } from './slot-table.ts';

/**
 * The parts of a divided bucket by the hash of their literal: a lone tail, or a bucket of several.
 *
 * Workload: of ten thousand parts a topic that was never seen hits a few by its beginning that its end has nothing to do with. Each object
 * looked at is a miss of the processor's caches; so what a lone tail ends in stands in the slot that finds it, and most of those that do not match
 * are told by that one cache line.
 */
export class GlobParts<G> {
  readonly #table = new SlotTable();
  readonly #lone: (GlobTail<G> | undefined)[] = [undefined];
  readonly #buckets: (GlobBucket<G> | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** The part under a hash; 0 when there is none. */
  idOf(hash: number): number {
    const { slots } = this.#table;
    for (let at = home(slots, hash); ; at = next(slots, at)) {
      const id = slots[at + ID] as number;
      if (id === 0 || slots[at + HASH] === hash) return id;
    }
  }

  /** The part under a hash in which a tail may match the scanned topic; 0 when there is none. */
  candidate(hash: number, scan: NameScan): number {
    const { slots } = this.#table;
    for (let at = home(slots, hash); ; at = next(slots, at)) {
      const id = slots[at + ID] as number;
      if (id === 0) return 0;
      if (slots[at + HASH] !== hash) continue;
      const ending = slots[at + FIRST] as number;
      if (ending === SEVERAL) return id;
      const start = scan.length - ending;
      return start >= scan.tailStart && scan.hash(start, scan.length) === slots[at + SECOND] ? id : 0;
    }
  }

  lone(id: number): GlobTail<G> | undefined {
    return this.#lone[id];
  }

  bucket(id: number): GlobBucket<G> | undefined {
    return this.#buckets[id];
  }

  /** Adds a tail under a hash that no part has. */
  addLone(hash: number, tail: GlobTail<G>): void {
    const id = this.#free.pop() ?? this.#lone.length;
    this.#lone[id] = tail;
    this.#buckets[id] = undefined;
    this.#table.insert(hash, id, tail.suffix.length, tail.suffix.hash);
  }

  /** A lone tail is one of several from now on. */
  replaceLone(hash: number, id: number, bucket: GlobBucket<G>): void {
    this.#lone[id] = undefined;
    this.#buckets[id] = bucket;
    this.#table.remove(hash, id);
    this.#table.insert(hash, id, SEVERAL, 0);
  }

  remove(hash: number, id: number): void {
    this.#table.remove(hash, id);
    this.#lone[id] = undefined;
    this.#buckets[id] = undefined;
    this.#free.push(id);
  }
}

/** Instead of the length of what a lone tail ends in. */
const SEVERAL = -1;
