import type { Clock, Timer } from '@tradewind/core-types';

/** Something that ends by itself at a time, unless it is removed before. It is its own node in what holds it. */
export interface Deadline {
  /** Written by its holder, like `place`. */
  dueAtMs: number;
  /** Where it stands; {@link OUTSIDE} when it does not wait. */
  place: number;
  expire(): void;
}

/**
 * Many deadlines behind one timer of the clock: a binary heap whose nodes know their place.
 *
 * Workload: thousands of deadlines a second, nearly all removed long before their time. Adding one later than those there compares once;
 * removing is O(log n); the timer stays as it is when the deadline that it was set for goes away, and is set again when it fires. When none
 * is left, the timer is cleared at the end of the turn, so that it does not keep the process alive.
 *
 * Source: T. Cormen et al., "Introduction to Algorithms", chapter 6 (heaps).
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #onTimer = (): void => this.#expireDue();
  readonly #onTurnEnd = (): void => this.#clearUnused();
  readonly #heap: Deadline[] = [];
  #endOfTurnAwaited = false;
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
    this.#push(deadline, now + delayMs);
    this.#adjustTimer(now);
  }

  /** The same for several, with one look at the clock. */
  addAll<D extends Deadline>(deadlines: readonly D[], delayMs: (deadline: D) => number): void {
    const now = this.#clock.now();
    for (const deadline of deadlines) this.#push(deadline, now + delayMs(deadline));
    this.#adjustTimer(now);
  }

  /** Does nothing for one that is not there. */
  remove(deadline: Deadline): void {
    if (deadline.place < 0) return;
    this.#take(deadline);
    if (this.#heap.length > 0 || this.#timer === undefined || this.#endOfTurnAwaited) return;
    this.#endOfTurnAwaited = true;
    this.#clock.nextTurn(this.#onTurnEnd);
  }

  #push(deadline: Deadline, dueAtMs: number): void {
    deadline.dueAtMs = dueAtMs;
    this.#heap.push(deadline);
    this.#up(deadline, this.#heap.length - 1);
  }

  #take(deadline: Deadline): void {
    const { place } = deadline;
    deadline.place = OUTSIDE;
    const last = this.#heap.pop() as Deadline;
    if (last === deadline) return;
    this.#up(last, place);
    this.#down(last, last.place);
  }

  /** Sets the timer for the first deadline. One that fires earlier than needed stays: it finds nothing due, and is set again. */
  #adjustTimer(now: number): void {
    const first = this.#heap[0];
    if (first === undefined || first.dueAtMs >= this.#timerDueAtMs) return;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timerDueAtMs = first.dueAtMs;
    this.#timer = this.#clock.setTimer(this.#onTimer, first.dueAtMs - now);
  }

  #clearUnused(): void {
    this.#endOfTurnAwaited = false;
    if (this.#heap.length > 0 || this.#timer === undefined) return;
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#timerDueAtMs = Number.POSITIVE_INFINITY;
  }

  #expireDue(): void {
    this.#timer = undefined;
    this.#timerDueAtMs = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.dueAtMs <= now; first = this.#heap[0]) {
      this.#take(first);
      first.expire();
    }
    this.#adjustTimer(now);
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

/** The place of a deadline that does not wait. */
export const OUTSIDE = -1;
