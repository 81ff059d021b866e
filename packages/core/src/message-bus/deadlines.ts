import type { Clock, Timer } from '@tradewind/core-types';

/** Something that ends by itself at a time, unless it is removed before. It is its own node in the heap. */
export interface Deadline {
  dueAtMs: number;
  /** Where it stands in the heap; -1 outside. Written by {@link Deadlines}. */
  place: number;
  expire(): void;
}

/**
 * Many deadlines behind one timer of the clock: a binary heap whose nodes know their place.
 *
 * Workload: thousands of requests a second, nearly all of them answered long before their time. Adding a later deadline than the ones there
 * compares once; removing is O(log n); the timer is left as it is when the deadline that it was set for goes away, and set again when it
 * fires. Source: T. Cormen et al., "Introduction to Algorithms", chapter 6 (heaps).
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap: Deadline[] = [];
  #timer: Timer | undefined;
  #timerDueAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Lets `deadline` expire `delayMs` from now, unless it is removed before. */
  add(deadline: Deadline, delayMs: number): void {
    const now = this.#clock.now();
    deadline.dueAtMs = now + delayMs;
    this.#heap.push(deadline);
    this.#up(deadline, this.#heap.length - 1);
    if (deadline.dueAtMs < this.#timerDueAtMs) this.#setTimer(deadline.dueAtMs, now);
  }

  /** Does nothing for one that is not there. */
  remove(deadline: Deadline): void {
    const { place } = deadline;
    if (place < 0) return;
    deadline.place = -1;
    const last = this.#heap.pop() as Deadline;
    if (last === deadline) return;
    this.#up(last, place);
    this.#down(last, last.place);
  }

  #setTimer(dueAtMs: number, now: number): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timerDueAtMs = dueAtMs;
    this.#timer = this.#clock.setTimer(() => this.#onTimer(), dueAtMs - now);
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#timerDueAtMs = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.dueAtMs > now) {
        // What expired may have added a deadline, and so set the timer, already.
        if (first.dueAtMs < this.#timerDueAtMs) this.#setTimer(first.dueAtMs, now);
        return;
      }
      this.remove(first);
      first.expire();
    }
  }

  #up(deadline: Deadline, from: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#heap[parentPlace] as Deadline;
      if (parent.dueAtMs <= deadline.dueAtMs) break;
      this.#put(parent, place);
      place = parentPlace;
    }
    this.#put(deadline, place);
  }

  #down(deadline: Deadline, from: number): void {
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      let child = this.#heap[childPlace];
      if (child === undefined) break;
      const right = this.#heap[childPlace + 1];
      if (right !== undefined && right.dueAtMs < child.dueAtMs) {
        child = right;
        childPlace += 1;
      }
      if (deadline.dueAtMs <= child.dueAtMs) break;
      this.#put(child, place);
      place = childPlace;
    }
    this.#put(deadline, place);
  }

  #put(deadline: Deadline, place: number): void {
    this.#heap[place] = deadline;
    deadline.place = place;
  }
}
