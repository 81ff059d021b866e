import type { LanesView, Priority } from '@tradewind/core-types';
import type { Policy } from './policy.ts';
import type { TopicBook } from './topic-book.ts';
import { LANES } from './lanes.ts';

/**
 * The structured index: which lane to serve next, given costs and expected service times.
 *
 * The index of a lane is the largest ratio, over prefixes of its queue, of what a millisecond more of waiting costs the prefix to the time
 * that it takes to serve it. For single messages of linear cost that is the c-mu rule, for convex costs its generalization
 * (J. A. Van Mieghem, "Dynamic scheduling with convex delay costs", Annals of Applied Probability 1995; A. Mandelbaum and A. L. Stolyar,
 * Operations Research 2004); the largest ratio over prefixes is J. B. Sidney's rule for chains (Operations Research 1975), which is what a
 * first-in first-out lane is: a cheap message at the head does not hide the dear one behind it. A deadline counts as the cost
 * of missing it, spread over the time that is left as an exponential hazard.
 *
 * CRITICAL is not weighed: it is a promise, and goes before everything else.
 *
 * A message whose deadline is over takes no time and costs nothing more: at the head of its lane it is got rid of first, and behind it is
 * passed over.
 *
 * Workload: one `choose` per pick, at most 4 lanes of `prefix` messages, some hundred nanoseconds, no object made.
 */
export class LaneIndex {
  /** Of the last choice, by lane; negative where nothing was runnable. */
  readonly values: Float64Array<ArrayBuffer> = new Float64Array(LANES);
  readonly #topics: TopicBook;

  constructor(topics: TopicBook) {
    this.#topics = topics;
  }

  /** The lane to serve: CRITICAL if it has something, the most urgent one for strict priority. CRITICAL when nothing is runnable. */
  choose(policy: Policy, lanes: LanesView, nowMs: number): Priority {
    if (policy.prefix === 0 || lanes.runnable(0) > 0) return firstRunnable(lanes);
    const { values } = this;
    let best = 0;
    values[0] = -1;
    for (let lane = 1; lane < LANES; lane += 1) {
      const priority = lane as Priority;
      if (lanes.runnable(priority) === 0) {
        values[lane] = -1;
        continue;
      }
      this.#weigh(policy, lanes, priority, nowMs);
      if ((values[lane] as number) > (values[best] as number)) best = lane;
    }
    return best as Priority;
  }

  /** Writes the index of a lane into its place: a number that is returned would have to be allocated. */
  #weigh(policy: Policy, lanes: LanesView, lane: Priority, nowMs: number): void {
    const topics = this.#topics;
    const { perMs, slope, missed } = topics;
    const { meanMs } = topics.times;
    const count = Math.min(policy.prefix, lanes.runnable(lane));
    const hazard = 1 / (policy.foresight * (meanMs[lane] as number));
    let cost = 0;
    let workMs = 0;
    let highest = 0;
    for (let k = 0; k < count; k += 1) {
      const row = topics.row(lanes.topicId(lane, k), lane);
      const leftMs = lanes.deadlineMs(lane, k) - nowMs;
      if (leftMs <= 0) {
        if (k > 0) continue;
        highest = Infinity;
        break;
      }
      let marginal = perMs[row] as number;
      const steep = slope[row] as number;
      if (steep > 0) marginal += steep * (nowMs - lanes.arrivedAtMs(lane, k));
      const slackMs = leftMs - workMs;
      if (slackMs > 0 && slackMs < Infinity) marginal += (missed[row] as number) * hazard * decay(slackMs * hazard);
      cost += marginal;
      workMs += meanMs[row] as number;
      const ratio = cost / workMs;
      if (ratio > highest) highest = ratio;
    }
    this.values[lane] = highest;
  }
}

/** The most urgent lane with something runnable: strict priority. */
export function firstRunnable(lanes: LanesView): Priority {
  if (lanes.runnable(0) > 0) return 0;
  if (lanes.runnable(1) > 0) return 1;
  return lanes.runnable(2) > 0 ? 2 : lanes.runnable(3) > 0 ? 3 : 0;
}

/** Nearly `exp(-x)` for `x >= 0`, at the cost of a division: within 0.03. */
function decay(x: number): number {
  return 1 / (1 + x * (1 + x * (0.5 + x * 0.16)));
}
