import type { Clock } from '@tradewind/core-types';

/** Milliseconds since any moment, to tell how long something took. Of the clock of a user, and where there is none one that no step of the wall moves. */
export type Stopwatch = () => number;

export function stopwatchOf(clock: Pick<Clock, 'now'> | undefined): Stopwatch {
  return clock === undefined ? () => performance.now() : () => clock.now();
}
