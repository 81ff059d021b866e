import { systemClock, type Clock, type Timer, type TimerOptions } from '@tradewind/core-types';

/** Where a {@link FollowingClock} reads the time, in milliseconds. */
export interface TimeSources {
  /** Since the epoch, as everybody else sees it; may step either way. */
  readonly wall: () => number;
  /** Since any moment; never steps. */
  readonly steady: () => number;
}

/**
 * The time of the wall, which what an operator sees is told in, and others compare with theirs: an Alertmanager, a Prometheus, a silence until noon. It
 * never goes back, as those who schedule and store by it rely on.
 *
 * A step forward, as of a machine that slept, is followed at once. Where the wall clock is set back, this one goes on, 5 % slower until the wall has
 * caught up: an hour takes most of a day, and rates are 5 % too high meanwhile. Standing still until then would leave every rule blind for the hour, and
 * going back would mix two hours in every store. `aheadMs` says so. Timers are those of the system clock: no step moves them.
 */
export class FollowingClock implements Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> {
  readonly #sources: TimeSources;
  #toldMs = -Infinity;
  #readAtMs = 0;

  constructor(sources: TimeSources) {
    this.#sources = sources;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    const steadyMs = this.#sources.steady();
    const leastMs = this.#toldMs + (steadyMs - this.#readAtMs) * SLOW_PACE;
    this.#toldMs = Math.max(this.#sources.wall(), leastMs);
    this.#readAtMs = steadyMs;
    return this.#toldMs;
  }

  setTimer(callback: () => void, delayMs: number, options?: TimerOptions): Timer {
    return systemClock.setTimer(callback, delayMs, options);
  }

  clearTimer(timer: Timer): void {
    systemClock.clearTimer(timer);
  }

  /** How far it is ahead of a wall clock that was set back, in milliseconds. Less than one is nothing: the wall clock tells whole ones. */
  get aheadMs(): number {
    return this.now() - this.#sources.wall();
  }
}

const SLOW_PACE = 0.95;

/** The clock of monitoring where the user gives none. There is one, as there is one wall: who is told a time by one part asks another about it. */
export const wallClock: FollowingClock = new FollowingClock({
  wall: () => Date.now(),
  steady: () => performance.now(),
});
