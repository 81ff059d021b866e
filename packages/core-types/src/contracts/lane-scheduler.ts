import type { StateOwner } from './state.ts';
import type { Priority } from '../vocabulary/priority.ts';

/** The four lanes as a scheduler sees them: columns, no copies. Valid during the call. */
export interface LanesView {
  /** Messages in the lane. */
  depth(lane: Priority): number;
  /** Messages in the lane that may start now; the k-th of them, `k < runnable(lane)`, is the argument of the columns below. */
  runnable(lane: Priority): number;
  /** A small number that stands for the topic as long as the client knows it; 0 for topics beyond the bound of its table. */
  topicId(lane: Priority, k: number): number;
  arrivedAtMs(lane: Priority, k: number): number;
  /** When it expires; `Infinity` when never. */
  deadlineMs(lane: Priority, k: number): number;
}

/** What happened to one message in the lanes. The object is reused: copy what you keep. */
export interface SchedulingEvent {
  readonly kind: 'arrival' | 'start' | 'end' | 'drop' | 'superseded' | 'expired';
  readonly lane: Priority;
  /** Joins the events of one message: unique on its client, also for messages that came over a transport. */
  readonly ticket: number;
  readonly topicId: number;
  readonly topic: string;
  readonly declaredPriority: Priority;
  /** When it expires; `Infinity` when never. */
  readonly deadlineMs: number;
  /** By the client's own clock; on `arrival` when it was published here, or came in over a transport. */
  readonly atMs: number;
  /** From arrival to start, in milliseconds; 0 on arrival. */
  readonly waitedMs: number;
  /** From the start of its first handler to the end of its last one, retries left out, in milliseconds; 0 unless `kind` is `end`. */
  readonly servedMs: number;
  /** On `end`: whether the handlers succeeded. */
  readonly ok: boolean;
}

/**
 * Says which lane is served next. It decides about lanes only; within a lane the order is the order of arrival.
 *
 * Ageing (no lane starves) is enforced by the client, not by the scheduler; so is the circuit breaker: a throw, an answer that is no
 * priority or an overrun budget puts the default scheduler in its place for a while.
 */
export interface LaneScheduler {
  readonly name: string;
  /** Called each time a worker is free and more than one lane is runnable. Returns a lane with `runnable > 0`; an empty pick is counted and ignored. */
  pick(lanes: LanesView, nowMs: number): Priority;
  /** Called for each event where present; leaving it out costs nothing. */
  readonly observe?: ((event: SchedulingEvent) => void) | undefined;
  readonly state?: StateOwner | undefined;
  /** Called once when the client closes. */
  readonly [Symbol.asyncDispose]?: (() => PromiseLike<void>) | undefined;
}
