import {
  systemClock,
  type Clock,
  type PriorityName,
  type Reconfigurable,
  type Remedy,
  type Timer,
} from '@tradewind/core-types';

/** Which lane makes room, for how long. */
export interface ShedLaneOptions {
  /** Default `LOW`. */
  readonly lane?: PriorityName | undefined;
  /** After which time the lane takes messages as before, in milliseconds; running it again begins anew. Default a minute. */
  readonly forMs?: number | undefined;
  readonly clock?: Pick<Clock, 'setTimer' | 'clearTimer'> | undefined;
}

/**
 * A remedy for a client whose urgent lanes fill up: one lane takes nothing new for a while.
 *
 * What is published meanwhile meets the lane's own overflow policy and is counted as that; what is queued stays, unless that policy gives
 * it up for what is newer. The capacity stays too, so that the lane does not look full. The remedy is called `shed-low`, after the lane.
 */
export function shedLane(client: Reconfigurable, options: ShedLaneOptions = {}): Remedy {
  const { lane = 'LOW', forMs = 60_000, clock = systemClock } = options;
  const knob = `lanes.${lane}.admitRatio`;
  let restore: { readonly previous: number; readonly timer: Timer } | undefined;
  return {
    name: `shed-${lane.toLowerCase()}`,
    description: `Let the ${lane} lane take nothing new for ${forMs} ms.`,
    run: async () => {
      if (restore !== undefined) clock.clearTimer(restore.timer);
      const previous = restore?.previous ?? client.reconfigure({ [knob]: SHUT })[knob] ?? OPEN;
      const timer = clock.setTimer(
        () => {
          restore = undefined;
          client.reconfigure({ [knob]: previous });
        },
        forMs,
        { background: true },
      );
      restore = { previous, timer };
    },
  };
}

/** The part of its capacity up to which the lane takes messages. */
const SHUT = 0;
const OPEN = 1;
