import type { Clock } from '@tradewind/core-types';

/**
 * The clock of the running process: `now` is `performance.timeOrigin + performance.now()`, fractional milliseconds since the epoch,
 * monotonic, and deaf to changes of the wall clock while the process runs. No timer of this package is longer than Node's can be.
 */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimer(callback, delayMs, options) {
    // Node counts in whole milliseconds and may be early by a part of one.
    const timer = setTimeout(callback, Math.ceil(Math.max(0, delayMs)) + (delayMs > 0 ? 1 : 0));
    if (options?.background === true) timer.unref();
    return timer;
  },
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  microtask: (callback) => queueMicrotask(callback),
  nextTurn: (callback) => {
    setImmediate(callback);
  },
};
