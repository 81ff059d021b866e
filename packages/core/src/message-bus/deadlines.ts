import type { Clock, Timer } from '@tradewind/core-types';

/** Something that ends by itself at a time, unless it is removed before. It is its own node in whatever holds it. */
export interface Deadline {
  readonly timeoutMs: number;
  /** Written by {@link Deadlines}, like `place`. */
  dueAtMs: number;
  /** Where it stands; {@link OUTSIDE} when it is not waiting. */
  place: number;
  expire(): void;
}

/**
 * Many deadlines behind one timer of the clock.
 *
 * Workload: many thousands of requests a second, nearly all answered long before their time, most of them within the turn of the event
 * loop in which they were made. So a deadline first goes into a list; only at the end of the turn is the clock read, once for all
 * of them, and what is still there moves into a heap and gets a timer. A timeout therefore counts from the end of the turn: a process that
 * was busy does not blame the one it asked. The timer is cleared, also at the end of a turn, when nothing waits any more, so that it
 * does not keep the process alive.
 *
 * Source of the heap, whose nodes know their place: T. Cormen et al., "Introduction to Algorithms", chapter 6.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #onTurnEnd = (): void => this.#endTurn();
  readonly #onTimer = (): void => this.#expireDue();
  /** Those of this turn. Place `p` of one here is stored as `FRESH - p`. */
  readonly #fresh: Deadline[] = [];
  readonly #heap: Deadline[] = [];
  #endOfTurnAwaited = false;
  #timer: Timer | undefined;
  #timerDueAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#fresh.length + this.#heap.length;
  }

  /** Lets a deadline expire `timeoutMs` after this turn, unless it is removed before. */
  add(deadline: Deadline): void {
    deadline.place = FRESH - this.#fresh.length;
    this.#fresh.push(deadline);
    this.#awaitEndOfTurn();
  }

  /** Does nothing for one that is not there. */
  remove(deadline: Deadline): void {
    const { place } = deadline;
    if (place === OUTSIDE) return;
    deadline.place = OUTSIDE;
    if (place <= FRESH) {
      const last = this.#fresh.pop() as Deadline;
      if (last === deadline) return;
      this.#fresh[FRESH - place] = last;
      last.place = place;
      return;
    }
    const last = this.#heap.pop() as Deadline;
    if (last !== deadline) {
      this.#up(last, place);
      this.#down(last, last.place);
    }
    if (this.#heap.length === 0) this.#awaitEndOfTurn();
  }

  #awaitEndOfTurn(): void {
    if (this.#endOfTurnAwaited) return;
    this.#endOfTurnAwaited = true;
    this.#clock.nextTurn(this.#onTurnEnd);
  }

  #endTurn(): void {
    this.#endOfTurnAwaited = false;
    const now = this.#clock.now();
    for (const deadline of this.#fresh) {
      deadline.dueAtMs = now + deadline.timeoutMs;
      this.#heap.push(deadline);
      this.#up(deadline, this.#heap.length - 1);
    }
    this.#fresh.length = 0;
    this.#adjustTimer(now);
  }

  /** Sets the timer for the first deadline. One that is due earlier than needed stays: it finds nothing and is set again. */
  #adjustTimer(now: number): void {
    const dueAtMs = this.#heap[0]?.dueAtMs ?? Number.POSITIVE_INFINITY;
    if (dueAtMs >= this.#timerDueAtMs && this.#heap.length > 0) return;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = this.#heap.length === 0 ? undefined : this.#clock.setTimer(this.#onTimer, dueAtMs - now);
    this.#timerDueAtMs = dueAtMs;
  }

  #expireDue(): void {
    this.#timer = undefined;
    this.#timerDueAtMs = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.dueAtMs <= now; first = this.#heap[0]) {
      this.remove(first);
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
const FRESH = -2;
