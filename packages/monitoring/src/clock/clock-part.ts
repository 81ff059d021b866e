import type { Health, Logger } from '@tradewind/core-types';
import type { PlacedPart } from '../parts/walk-parts.ts';
import type { FollowingClock } from './wall-clock.ts';

/** Tells that the wall clock was set back: a component that is there as long as the times that are told are ahead of it. */
export class ClockPart {
  readonly #clock: FollowingClock;
  readonly #logger: Logger;
  #sinceMs: number | undefined;

  constructor(clock: FollowingClock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Itself, or nothing while all is well. */
  placed(): readonly PlacedPart[] {
    const { aheadMs } = this.#clock;
    if (aheadMs < LEAST_MS) {
      this.#sinceMs = undefined;
      return [];
    }
    const seconds = Math.round(aheadMs / MS_PER_SECOND);
    if (this.#sinceMs === undefined) {
      this.#sinceMs = this.#clock.now();
      this.#logger.warn(
        { event: 'monitoring.clock-set-back', aheadSeconds: seconds },
        `The clock of the machine was set back: times that monitoring tells are ${seconds} s ahead of it and run 5 % slower until it has caught up. Start the process anew to end that at once.`,
      );
    }
    const reason = `the clock of the machine was set back: times told here are ${seconds} s ahead of it`;
    const health: Health = { status: 'degraded', reason, sinceMs: this.#sinceMs };
    return [{ path: 'monitoring/clock', part: { health: () => health } }];
  }
}

/** What a time service corrects every day is not worth telling. */
const LEAST_MS = 1_000;
const MS_PER_SECOND = 1_000;
