import { performance } from 'node:perf_hooks';
import type { Clock } from '@tradewind/core-types';

/** Milliseconds since the epoch that never go backwards. */
export const wallClock: Pick<Clock, 'now'> = {
  now: () => performance.timeOrigin + performance.now(),
};

/** The same with timers. */
export const wallTimers: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> = {
  now: () => wallClock.now(),
  setTimer: (callback, delayMs, options) => {
    const timer = setTimeout(callback, delayMs);
    if (options?.background === true) timer.unref();
    return timer;
  },
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
