import type { LaneScheduler, LanesView, Priority, SchedulingEvent, StateOwner } from '@tradewind/core-types';

/**
 * A scheduler that learns of the time for which handlers hold the event loop, and not of the time for which one of them sleeps.
 *
 * All handlers of the demo run one after the other, but for the spread monitor, which waits for a timer meanwhile and holds nobody up. A learner that took its pauses for
 * work would believe that a ticker blocks everything else for twenty milliseconds. So the end of a ticker is passed on without the time that it took, as unknown.
 */
export class LoopTimeScheduler implements LaneScheduler {
  readonly name: string;
  readonly state: StateOwner | undefined;
  readonly #scheduler: LaneScheduler;
  /** The event in which the end of a ticker is passed on; reused. */
  readonly #left: { -readonly [Key in keyof SchedulingEvent]: SchedulingEvent[Key] } = {
    kind: 'end',
    lane: 0,
    ticket: 0,
    topicId: 0,
    topic: '',
    declaredPriority: 0,
    deadlineMs: Number.POSITIVE_INFINITY,
    atMs: 0,
    waitedMs: 0,
    servedMs: Number.NaN,
    ok: true,
  };

  constructor(scheduler: LaneScheduler) {
    this.#scheduler = scheduler;
    this.name = scheduler.name;
    this.state = scheduler.state;
  }

  pick(lanes: LanesView, nowMs: number): Priority {
    return this.#scheduler.pick(lanes, nowMs);
  }

  observe(event: SchedulingEvent): void {
    if (event.kind !== 'end' || !event.topic.startsWith('data.tickers.')) {
      this.#scheduler.observe?.(event);
      return;
    }
    const left = this.#left;
    left.lane = event.lane;
    left.ticket = event.ticket;
    left.topicId = event.topicId;
    left.topic = event.topic;
    left.declaredPriority = event.declaredPriority;
    left.deadlineMs = event.deadlineMs;
    left.atMs = event.atMs;
    left.waitedMs = event.waitedMs;
    left.ok = event.ok;
    this.#scheduler.observe?.(left);
  }
}
