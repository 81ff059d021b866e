import { isPriority, type LaneScheduler, type LanesView, type Priority } from '@tradewind/core-types';
import { firstRunnable } from '../scheduling/lane-index.ts';
import type { Policy } from '../scheduling/policy.ts';
import type { BaselineGain } from './replayed-gain.ts';
import { PairedRatio } from './paired-ratio.ts';
import type { LaneChooser } from './shadow-scheduler.ts';
import { LANES } from '../scheduling/lanes.ts';

/**
 * The scheduler that would run without this router, asked in replays as a client asks it: only where more than one lane has something runnable, and for an answer that is
 * no such lane the most urgent one is served. What it saves up from pick to pick it keeps from window to window.
 *
 * It is only looked at. One that throws is not compared with any more, and nothing else changes.
 */
export class Baseline implements LaneChooser {
  /** What it threw; undefined while it is well. */
  failure: string | undefined;
  readonly #scheduler: LaneScheduler;
  readonly #ratio = new PairedRatio();

  constructor(scheduler: LaneScheduler) {
    this.#scheduler = scheduler;
  }

  choose(_policy: Policy, lanes: LanesView, nowMs: number): Priority {
    const urgent = firstRunnable(lanes);
    if (this.failure !== undefined || !hasWorkBelow(urgent, lanes)) return urgent;
    try {
      const lane: unknown = this.#scheduler.pick(lanes, nowMs);
      return isPriority(lane) && lanes.runnable(lane) > 0 ? lane : urgent;
    } catch (error) {
      this.failure = String(error);
      return urgent;
    }
  }

  /** What a window would have cost under it, and under the policy that was in force when it came. */
  observe(cost: number, inForce: number): void {
    // Where it would have cost nothing there was nothing to save; of a replay in which it failed nothing is known.
    if (this.failure === undefined && cost > 0 && cost < Infinity && Number.isFinite(inForce)) {
      this.#ratio.observe(cost, inForce);
    }
  }

  gain(): BaselineGain {
    return { baseline: this.#scheduler.name, saved: this.#ratio.read(), windows: this.#ratio.windows };
  }
}

function hasWorkBelow(urgent: Priority, lanes: LanesView): boolean {
  for (let lane = urgent + 1; lane < LANES; lane += 1) if (lanes.runnable(lane as Priority) > 0) return true;
  return false;
}
