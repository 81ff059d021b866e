import type { Priority, SchedulingEvent } from '@tradewind/core-types';

/** What a scheduler is told about one message; made only for clients whose scheduler observes. */
export class SchedulingTicket {
  readonly ticket: number;
  readonly lane: Priority;
  readonly topicId: number;
  readonly topic: string;
  readonly declaredPriority: Priority;
  readonly deadlineMs: number;
  readonly arrivedAtMs: number;
  startedAtMs = 0.5;
  /** The message itself, until it was brought to all its subscriptions, and their first attempts. */
  open = 1;
  ok = true;

  constructor(
    fields: Pick<SchedulingEvent, 'ticket' | 'lane' | 'topicId' | 'topic' | 'declaredPriority' | 'deadlineMs' | 'atMs'>,
  ) {
    this.ticket = fields.ticket;
    this.lane = fields.lane;
    this.topicId = fields.topicId;
    this.topic = fields.topic;
    this.declaredPriority = fields.declaredPriority;
    this.deadlineMs = fields.deadlineMs;
    this.arrivedAtMs = fields.atMs;
  }
}
