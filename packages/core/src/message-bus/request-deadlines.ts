import type { Clock } from '@tradewind/core-types';
import { Deadlines, OUTSIDE, type Deadline } from '../platform/deadlines.ts';

/** A deadline that says itself how long it waits. */
export interface TimedDeadline extends Deadline {
  readonly timeoutMs: number;
}

/**
 * The timeouts of requests: deadlines that nearly always end in the turn of the event loop in which they began.
 *
 * One first goes into a list, whose nodes know their place; only what is still there at the end of the turn moves on, all with one look at the
 * clock. A timeout therefore counts from the end of the turn: a process that was busy does not blame the one it asked.
 */
export class RequestDeadlines {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #onTurnEnd = (): void => this.#moveOn();
  /** What was added in this turn; the one at index `i` has the place `FIRST_FRESH - i`. */
  readonly #fresh: TimedDeadline[] = [];
  #endOfTurnAwaited = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock);
  }

  /** Lets a deadline expire `timeoutMs` after this turn, unless it is removed before. */
  add(deadline: TimedDeadline): void {
    deadline.place = FIRST_FRESH - this.#fresh.length;
    this.#fresh.push(deadline);
    if (this.#endOfTurnAwaited) return;
    this.#endOfTurnAwaited = true;
    this.#clock.nextTurn(this.#onTurnEnd);
  }

  /** Does nothing for one that is not there. */
  remove(deadline: TimedDeadline): void {
    const { place } = deadline;
    if (place > FIRST_FRESH) {
      this.#deadlines.remove(deadline);
      return;
    }
    deadline.place = OUTSIDE;
    const last = this.#fresh.pop() as TimedDeadline;
    if (last === deadline) return;
    this.#fresh[FIRST_FRESH - place] = last;
    last.place = place;
  }

  #moveOn(): void {
    this.#endOfTurnAwaited = false;
    if (this.#fresh.length === 0) return;
    this.#deadlines.addAll(this.#fresh, (deadline) => deadline.timeoutMs);
    this.#fresh.length = 0;
  }
}

const FIRST_FRESH = OUTSIDE - 1;
