import { performance } from 'node:perf_hooks';
import type { Clock } from '@tradewind/core-types';

/** Milliseconds since the epoch that never go backwards. */
export const wallClock: Pick<Clock, 'now'> = {
  now: () => performance.timeOrigin + performance.now(),
};
