/**
 * A set of small positive ids, each found by a hash and two integers: open addressing with linear probing in one typed array.
 *
 * Workload: millions of look-ups, half of them of something that is not there; changes are rarer by orders of magnitude. A slot is four
 * integers, so that a look-up that ends at its first slot touches one cache line and nothing else. A caller walks the slots of a hash
 * itself, from {@link home} over {@link next} to a free one, and compares what it stored there, so that no key object is ever made.
 *
 * Removal shifts followers back instead of leaving tombstones (Knuth, The Art of Computer Programming 3, 6.4, algorithm R),
 * so that churn never slows look-ups down.
 */
export class SlotTable {
  /** Slots of {@link SLOT_SIZE} integers; one whose id is 0 is free. Replaced when the table grows or shrinks. */
  slots: Int32Array = new Int32Array(SMALLEST * SLOT_SIZE);
  #used = 0;

  /** Adds an id, with two integers that a look-up may compare. */
  insert(hash: number, id: number, first: number, second: number): void {
    this.#used += 1;
    if (this.#used * 2 * SLOT_SIZE > this.slots.length) this.#resize(this.slots.length * 2);
    const at = this.#freeSlot(hash);
    this.slots[at + ID] = id;
    this.slots[at + HASH] = hash;
    this.slots[at + FIRST] = first;
    this.slots[at + SECOND] = second;
  }

  /** Removes an id that was inserted with the same hash. */
  remove(hash: number, id: number): void {
    const { slots } = this;
    let hole = home(slots, hash);
    while (slots[hole + ID] !== id) {
      if (slots[hole + ID] === 0) return;
      hole = next(slots, hole);
    }
    const mask = slots.length - 1;
    for (let at = next(slots, hole); slots[at + ID] !== 0; at = next(slots, at)) {
      const fromHome = (at - home(slots, slots[at + HASH] as number)) & mask;
      const fromHole = (at - hole) & mask;
      if (fromHome < fromHole) continue;
      slots.copyWithin(hole, at, at + SLOT_SIZE);
      hole = at;
    }
    slots[hole + ID] = 0;
    this.#used -= 1;
    if (slots.length > SMALLEST * SLOT_SIZE && this.#used * 16 * SLOT_SIZE < slots.length)
      this.#resize(slots.length / 4);
  }

  #freeSlot(hash: number): number {
    let at = home(this.slots, hash);
    while (this.slots[at + ID] !== 0) at = next(this.slots, at);
    return at;
  }

  #resize(length: number): void {
    const old = this.slots;
    this.slots = new Int32Array(length);
    for (let at = 0; at < old.length; at += SLOT_SIZE) {
      if (old[at + ID] === 0) continue;
      this.slots.set(old.subarray(at, at + SLOT_SIZE), this.#freeSlot(old[at + HASH] as number));
    }
  }
}

/** Where the slots of a hash begin. */
export function home(slots: Int32Array, hash: number): number {
  return (hash << 2) & (slots.length - SLOT_SIZE);
}

/** The slot after `at`. */
export function next(slots: Int32Array, at: number): number {
  return (at + SLOT_SIZE) & (slots.length - 1);
}

/** Integers of a slot, and where they stand in it. */
export const SLOT_SIZE = 4;
export const ID = 0;
export const HASH = 1;
export const FIRST = 2;
export const SECOND = 3;

/** Slots of an empty table; a power of two, as every size is. */
const SMALLEST = 16;
