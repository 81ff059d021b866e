import type { LanesView, Priority } from '@tradewind/core-types';
import { MOST_WORKERS, type Concurrency } from '../scheduling/concurrency.ts';
import { LaneIndex } from '../scheduling/lane-index.ts';
import type { Policy } from '../scheduling/policy.ts';
import type { TopicBook } from '../scheduling/topic-book.ts';
import { backlogState } from '../scheduling/backlog-state.ts';
import { ShadowLanes } from './shadow-lanes.ts';
import type { TrafficWindow } from './traffic-window.ts';

/** Says which lane is served next under a policy. */
export interface LaneChooser {
  choose(policy: Policy, lanes: LanesView, nowMs: number): Priority;
}

/**
 * Replays a window under a policy and adds up what it would have cost.
 *
 * Costs accrue: of a message that waited when the window began only the waiting since then counts, and what is left when the last message has
 * arrived is served to the end, so that no policy gains by leaving something behind. What a message took is what it really took;
 * where that is not known, what its topic takes.
 *
 * It goes step by step, one message each, because it runs in between the real ones and must not hold them up. A step costs about as
 * much as a pick.
 */
export class ShadowScheduler {
  /** So far, in the unit of the cost rules. */
  cost = 0;
  /** How long the queues were when the last message had arrived. */
  endState = 0;
  readonly #window: TrafficWindow;
  readonly #topics: TopicBook;
  readonly #lanes: ShadowLanes;
  readonly #chooser: LaneChooser;
  readonly #concurrency: Pick<Concurrency, 'workers'>;
  readonly #freeAtMs = new Float64Array(MOST_WORKERS);
  /** As many as were known when the replay began. */
  #workers = 1;
  #policy: Policy;
  #next = 0;
  #nowMs = 0;

  constructor(
    window: TrafficWindow,
    topics: TopicBook,
    options: {
      readonly concurrency: Pick<Concurrency, 'workers'>;
      readonly policy: Policy;
      /** Default: the index. */
      readonly chooser?: LaneChooser | undefined;
    },
  ) {
    this.#window = window;
    this.#topics = topics;
    this.#lanes = new ShadowLanes(window);
    this.#chooser = options.chooser ?? new LaneIndex(topics);
    this.#concurrency = options.concurrency;
    this.#policy = options.policy;
  }

  /** From the beginning of the window, which has its messages by now. */
  begin(policy: Policy): void {
    this.#policy = policy;
    this.cost = 0;
    this.endState = 0;
    this.#next = 0;
    this.#nowMs = this.#window.startedAtMs;
    this.#workers = this.#concurrency.workers;
    this.#freeAtMs.fill(this.#nowMs);
    this.#lanes.clear();
  }

  /** Serves one message, or gives up an expired one. False when nothing is left. */
  step(): boolean {
    const window = this.#window;
    const worker = earliest(this.#freeAtMs, this.#workers);
    this.#nowMs = Math.max(this.#nowMs, this.#freeAtMs[worker] as number);
    if (this.#lanes.size === 0) {
      if (this.#next >= window.size) return false;
      this.#nowMs = Math.max(this.#nowMs, window.arrivedAtMs[this.#next] as number);
    }
    this.#admit();
    const lane = this.#chooser.choose(this.#policy, this.#lanes, this.#nowMs);
    this.#serve(this.#lanes.shift(lane), worker);
    return true;
  }

  #admit(): void {
    const window = this.#window;
    while (this.#next < window.size && (window.arrivedAtMs[this.#next] as number) <= this.#nowMs) {
      const place = this.#next;
      this.#next += 1;
      // The backlog too, though it waits elsewhere: what counts is what a policy costs once it is in force, and a deep backlog would outweigh a whole window.
      const lane = this.#policy.corrects ? this.#correctedLane(place) : (window.lane[place] as Priority);
      this.#lanes.push(lane, place);
      if (this.#next === window.size) this.endState = backlogState(this.#lanes.size);
    }
  }

  #correctedLane(place: number): Priority {
    const row = this.#window.row[place] as number;
    const lane = this.#window.lane[place] as Priority;
    // Only what waits where it was declared: another plugin had its reasons.
    return lane === this.#topics.declared[row] ? (this.#topics.lane[row] as Priority) : lane;
  }

  #serve(place: number, worker: number): void {
    const window = this.#window;
    const topics = this.#topics;
    const row = window.row[place] as number;
    const arrivedAtMs = window.arrivedAtMs[place] as number;
    const deadlineMs = window.deadlineMs[place] as number;
    const expired = deadlineMs <= this.#nowMs;
    const untilMs = Math.max(expired ? deadlineMs : this.#nowMs, window.startedAtMs);
    const before = arrivedAtMs < window.startedAtMs ? topics.holdingCost(row, window.startedAtMs - arrivedAtMs) : 0;
    this.cost += topics.holdingCost(row, Math.max(0, untilMs - arrivedAtMs)) - before;
    if (expired) {
      this.cost += topics.missed[row] as number;
      return;
    }
    const servedMs = window.servedMs[place] as number;
    const workMs = Number.isNaN(servedMs) ? (topics.times.meanMs[row] as number) : servedMs;
    this.#freeAtMs[worker] = this.#nowMs + workMs;
  }
}

function earliest(freeAtMs: Float64Array, workers: number): number {
  let worker = 0;
  for (let other = 1; other < workers; other += 1) {
    if ((freeAtMs[other] as number) < (freeAtMs[worker] as number)) worker = other;
  }
  return worker;
}
