import type { Clock, Timer } from '@tradewind/core-types';

interface DueTimer {
  readonly callback: () => void;
  readonly atMs: number;
}

/**
 * A clock that stands still until it is moved: what runs by it depends on the events alone, however fast the demo runs.
 *
 * Between two timers everything that the first one set off is let finish, so that what is asked for in between is heard in its turn.
 */
export class VirtualClock implements Clock {
  /** By due time, ties in the order in which they were set. A handful: orders that are under way. */
  readonly #timers: DueTimer[] = [];
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: DueTimer = { callback, atMs: this.#nowMs + Math.max(0, delayMs) };
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1]?.atMs ?? 0) > timer.atMs) place -= 1;
    this.#timers.splice(place, 0, timer);
    return timer;
  }

  clearTimer(timer: Timer): void {
    const place = this.#timers.indexOf(timer as DueTimer);
    if (place >= 0) this.#timers.splice(place, 1);
  }

  microtask(callback: () => void): void {
    queueMicrotask(callback);
  }

  nextTurn(callback: () => void): void {
    setImmediate(callback);
  }

  /** Whether a timer is due by then: otherwise `skipTo` does, at no cost. */
  isDue(atMs: number): boolean {
    const [first] = this.#timers;
    return first !== undefined && first.atMs <= atMs;
  }

  /** Moves on where no timer is due. */
  skipTo(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  /** Moves on, letting each timer that is due on the way do its work first. */
  async advanceTo(atMs: number): Promise<void> {
    while (this.isDue(atMs)) {
      const timer = this.#timers.shift();
      if (timer === undefined) break;
      this.skipTo(timer.atMs);
      timer.callback();
      await this.settle();
    }
    this.skipTo(atMs);
  }

  /** Lets everything that has been set off and waits for no timer finish. */
  settle(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
  }
}
