/**
 * A set of small positive ids, found by hash: open addressing with linear probing in one typed array.
 *
 * Workload: millions of look-ups, most of them of something that is not there; changes are rarer by orders of magnitude.
 * It knows nothing of keys: a caller walks the candidates of a hash itself and compares, so that no key object is ever made.
 *
 * ```ts
 * for (let at = table.home(hash); (id = table.slots[at + 1]) !== 0; at = table.next(at)) { … }
 * ```
 *
 * Removal shifts followers back instead of leaving tombstones (Knuth, The Art of Computer Programming 3, 6.4, algorithm R),
 * so that churn never slows look-ups down.
 */
export class SlotTable {
  /** Pairs of hash and id; an id of 0 is a free slot. Replaced when the table grows or shrinks. */
  slots: Int32Array = new Int32Array(SMALLEST * 2);
  #last: number = SMALLEST * 2 - 2;
  #used = 0;

  /** Where the candidates of a hash begin. */
  home(hash: number): number {
    return (hash << 1) & this.#last;
  }

  /** The slot after `at`. */
  next(at: number): number {
    return (at + 2) & this.#last;
  }

  insert(hash: number, id: number): void {
    this.#used += 1;
    if (this.#used * 2 > this.slots.length / 2) this.#resize(this.slots.length * 2);
    this.#put(hash, id);
  }

  /** Removes an id that was inserted with the same hash. */
  remove(hash: number, id: number): void {
    let hole = this.home(hash);
    while (this.slots[hole + 1] !== id) {
      if (this.slots[hole + 1] === 0) return;
      hole = this.next(hole);
    }
    for (let at = this.next(hole); this.slots[at + 1] !== 0; at = this.next(at)) {
      const distanceOfHome = (at - this.home(this.slots[at] as number)) & this.#last;
      const distanceOfHole = (at - hole) & this.#last;
      if (distanceOfHome < distanceOfHole) continue;
      this.slots[hole] = this.slots[at] as number;
      this.slots[hole + 1] = this.slots[at + 1] as number;
      hole = at;
    }
    this.slots[hole + 1] = 0;
    this.#used -= 1;
    if (this.slots.length > SMALLEST * 2 && this.#used * 16 < this.slots.length / 2) this.#resize(this.slots.length / 4);
  }

  #put(hash: number, id: number): void {
    let at = this.home(hash);
    while (this.slots[at + 1] !== 0) at = this.next(at);
    this.slots[at] = hash;
    this.slots[at + 1] = id;
  }

  #resize(length: number): void {
    const old = this.slots;
    this.slots = new Int32Array(length);
    this.#last = length - 2;
    for (let at = 0; at < old.length; at += 2) {
      const id = old[at + 1] as number;
      if (id !== 0) this.#put(old[at] as number, id);
    }
  }
}

/** Slots of an empty table; a power of two, as every size is. */
const SMALLEST = 16;
