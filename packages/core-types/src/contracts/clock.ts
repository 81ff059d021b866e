/** A timer as its clock made it: give back what `setTimer` returned. Whatever a platform uses fits. */
export type Timer = unknown;

/** Whether a timer keeps its process alive. */
export interface TimerOptions {
  /** Housekeeping, for which a process that has nothing else to do need not stay. Default false: something accepted waits for it. */
  readonly background?: boolean | undefined;
}

/**
 * Time and scheduling, as an argument: tests and simulations bring their own and are deterministic.
 */
export interface Clock {
  /** Fractional milliseconds since the epoch. Never goes backwards in a process; not adjusted to changes of the wall clock. */
  now(): number;
  /** Calls back once, not before `delayMs` have passed. Keeps the process alive until then, unless it is in the background. */
  setTimer(callback: () => void, delayMs: number, options?: TimerOptions): Timer;
  /** Cancelling a timer that has fired does nothing. */
  clearTimer(timer: Timer): void;
  /** Calls back in this turn of the event loop, after the current code, before timers and sockets. */
  microtask(callback: () => void): void;
  /** Calls back in the next turn, after timers and sockets had theirs. Keeps the process alive. */
  nextTurn(callback: () => void): void;
}

/** Randomness, as an argument. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded), with at least 32 bits of it random. */
  next(): number;
}
