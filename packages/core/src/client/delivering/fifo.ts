/**
 * A queue on a ring that doubles when it is full.
 *
 * Workload: deliveries parked behind a busy key, waiters for room, buffers of iterators. Mostly empty or short, now and then thousands;
 * taking from the front must not move the rest, as `Array.shift` does.
 */
export class Fifo<T> {
  #ring: (T | undefined)[] = emptyRing<T>(INITIAL_SLOTS);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = item;
    this.#size += 1;
  }

  /** Takes the oldest; undefined when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size -= 1;
    if (this.#size === 0 && this.#ring.length > KEPT_SLOTS) this.clear();
    return item;
  }

  /** The `index`-th oldest; undefined beyond the end. */
  at(index: number): T | undefined {
    return index < this.#size ? this.#ring[(this.#head + index) & (this.#ring.length - 1)] : undefined;
  }

  clear(): void {
    this.#ring = emptyRing<T>(INITIAL_SLOTS);
    this.#head = 0;
    this.#size = 0;
  }

  #grow(): void {
    const slots = this.#ring.length;
    const ring = emptyRing<T>(slots * 2);
    for (let i = 0; i < this.#size; i += 1) ring[i] = this.#ring[(this.#head + i) & (slots - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}

function emptyRing<T>(slots: number): (T | undefined)[] {
  return new Array<T | undefined>(slots).fill(undefined);
}

const INITIAL_SLOTS = 8;
const KEPT_SLOTS = 1_024;
