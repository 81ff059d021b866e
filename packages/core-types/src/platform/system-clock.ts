import type { Clock } from '../contracts/clock.ts';
import { ValidationError, showValue } from '../vocabulary/errors.ts';

/**
 * The clock of the running process.
 *
 * `now` is `performance.timeOrigin + performance.now()`: fractional milliseconds since the epoch, monotonic, and deaf to changes of
 * the wall clock while the process runs. A delay may be any finite number of milliseconds, longer than the 2^31 - 1 that Node's own
 * timers carry included. What a microtask throws becomes an unhandled rejection, which ends the process as an uncaught exception does.
 */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimer: (callback, delayMs, options) =>
    new SystemTimer(callback, checkedDelay(delayMs), options?.background === true),
  clearTimer: (timer) => {
    if (timer instanceof SystemTimer) timer.cancel();
  },
  microtask: (run) => void RESOLVED.then(run),
  nextTurn: (callback) => {
    setImmediate(callback);
  },
};

/**
 * One shot of `setTimeout`, repeated where Node would be early: it counts in whole milliseconds and may fire up to one before the
 * delay has passed, and it fires at once beyond 2^31 - 1 ms.
 */
class SystemTimer {
  readonly #callback: () => void;
  readonly #dueAt: number;
  readonly #fire: () => void;
  readonly #background: boolean;
  #handle: NodeJS.Timeout;

  constructor(callback: () => void, delayMs: number, background: boolean) {
    this.#callback = callback;
    this.#dueAt = performance.now() + delayMs;
    this.#fire = () => this.#onTimeout();
    this.#background = background;
    this.#handle = this.#arm(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #arm(delayMs: number): NodeJS.Timeout {
    const handle = setTimeout(this.#fire, Math.min(Math.ceil(delayMs), LONGEST_NODE_DELAY_MS));
    if (this.#background) handle.unref();
    return handle;
  }

  #onTimeout(): void {
    const missingMs = this.#dueAt - performance.now();
    if (missingMs > 0) this.#handle = this.#arm(missingMs);
    else this.#callback();
  }
}

/**
 * A delay as a timer can mean it, for the author of a clock: one in the past is due at once.
 *
 * @throws ValidationError `INVALID_OPTIONS` for what is not finite
 */
export function checkedDelay(delayMs: number): number {
  if (!Number.isFinite(delayMs)) {
    throw new ValidationError('INVALID_OPTIONS', {
      path: 'delayMs',
      expected: 'a finite number of milliseconds',
      received: showValue(delayMs),
      hint: 'Leave the timer out instead of waiting for ever.',
    });
  }
  return Math.max(0, delayMs);
}

/** Its reactions cost a third of `queueMicrotask`, which makes an asynchronous resource for each call. */
const RESOLVED: Promise<void> = Promise.resolve();

const LONGEST_NODE_DELAY_MS = 2 ** 31 - 1;
