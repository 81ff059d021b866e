import type { Clock, CloseOptions } from '@tradewind/core-types';

/** Resolves after so many milliseconds. `background`: for that alone the process need not stay. */
export function pause(clock: Clock, delayMs: number, background = false): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(resolve, delayMs, { background });
  });
}

/** Pauses that end early when there is a reason: the connection is back, or it closes. */
export class Pauses {
  readonly #clock: Clock;
  readonly #ends = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#clock.clearTimer(timer);
        this.#ends.delete(end);
        resolve();
      };
      const timer = this.#clock.setTimer(end, delayMs, { background: true });
      this.#ends.add(end);
    });
  }

  endAll(): void {
    for (const end of [...this.#ends]) end();
  }
}

/** When closing must not wait any longer. */
export interface Deadline {
  readonly passed: Promise<void>;
  cancel(): void;
}

/** The deadline of a close: its time, or its signal, whichever is first. */
export function deadlineOf(clock: Clock, { deadlineMs = DEFAULT_DEADLINE_MS, signal }: CloseOptions): Deadline {
  let cancel: (() => void) | undefined;
  const passed = new Promise<void>((resolve) => {
    if (deadlineMs <= 0 || signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      clock.clearTimer(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(end, Math.min(deadlineMs, MAX_TIMER_MS));
    signal?.addEventListener('abort', end, { once: true });
    cancel = end;
  });
  return { passed, cancel: () => cancel?.() };
}

const DEFAULT_DEADLINE_MS = 5_000;
/** What timers of Node can hold. */
const MAX_TIMER_MS = 2_147_483_647;
