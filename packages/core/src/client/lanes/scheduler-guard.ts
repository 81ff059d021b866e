import {
  isPriority,
  type Clock,
  type LaneScheduler,
  type LanesView,
  type MetricsSink,
  type Part,
  type Priority,
  type SchedulingEvent,
} from '@tradewind/core-types';
import type { EventLogger } from '../../platform/event-logger.ts';
import { onRejection } from '../../platform/on-rejection.ts';
import { CircuitBreaker } from '../../routing/circuit-breaker.ts';
import { CallSampler } from '../../routing/call-sampler.ts';
import { MessageExtras, type LaneEntry } from './lane-entry.ts';
import { SchedulingTicket } from './scheduling-ticket.ts';
import type { WeightedScheduler } from './weighted-scheduler.ts';

export interface SchedulerGuardOptions {
  /** Undefined: only the default one. */
  readonly scheduler: LaneScheduler | undefined;
  readonly weights: WeightedScheduler;
  readonly clock: Clock;
  readonly logger: EventLogger;
  /** A lane whose oldest runnable message has waited so long without any pick of its lane is served next, in milliseconds. */
  readonly maxStarvationMs: number;
}

/**
 * Asks the scheduler which lane is next, and answers for it.
 *
 * A throw, an answer that is no priority and an overrun budget (50 microseconds, sampled) open the scheduler's circuit breaker: the default
 * scheduler decides until it is tried again. An empty pick is counted, and the default scheduler decides this once. Whatever the
 * scheduler does, no lane starves: one that was passed over for too long is served.
 */
export class SchedulerGuard {
  readonly observes: boolean;
  readonly #custom: LaneScheduler | undefined;
  readonly #fallback: WeightedScheduler;
  readonly #clock: Clock;
  readonly #breaker: CircuitBreaker;
  readonly #sampler = new CallSampler(BUDGET_MICROS);
  readonly #servedAtMs: [number, number, number, number] = [0, 0, 0, 0];
  readonly #event = new MutableSchedulingEvent();
  readonly #options: SchedulerGuardOptions;
  #tickets = 0;
  #emptyPicks = 0;
  #aged = 0;

  constructor(options: SchedulerGuardOptions) {
    this.#options = options;
    this.#custom = options.scheduler;
    this.#fallback = options.weights;
    this.#clock = options.clock;
    this.observes = options.scheduler?.observe !== undefined;
    this.#breaker = new CircuitBreaker({
      kind: 'scheduler',
      name: options.scheduler?.name ?? options.weights.name,
      logger: options.logger,
    });
  }

  /** Whether there is a scheduler besides the default one. */
  get isCustom(): boolean {
    return this.#custom !== undefined;
  }

  /** The scheduler that was given, with whatever it shows an operator of itself. */
  get own(): (LaneScheduler & Partial<Part>) | undefined {
    return this.#custom;
  }

  /** The cause for which the scheduler is cut off; undefined while it decides. */
  get cutOff(): string | undefined {
    return this.#breaker.closed ? undefined : (this.#breaker.cause ?? 'unknown cause');
  }

  /** The lane to serve. `mask` has bit `1 << priority` for each lane in which something is runnable; there is more than one. */
  pick(lanes: LanesView, nowMs: number, mask: number): Priority {
    if (this.#custom === undefined) return this.#fallback.pickFrom(mask);
    const starving = this.#starving(lanes, nowMs);
    const lane = starving ?? this.#ask(this.#custom, lanes, nowMs) ?? this.#fallback.pickFrom(mask);
    this.#servedAtMs[lane] = nowMs;
    return lane;
  }

  /** Notes a lane that was served without asking, because nothing else was runnable. */
  served(lane: Priority, nowMs: number): void {
    this.#servedAtMs[lane] = nowMs;
  }

  /** A message has its place in its lane. To be called only when the scheduler `observes`, as the following. */
  arrived(lane: Priority, entry: LaneEntry): void {
    this.#tickets += 1;
    const ticket = new SchedulingTicket({
      ticket: this.#tickets,
      lane,
      topicId: entry.topic?.id ?? 0,
      topic: entry.topic?.topic ?? '',
      declaredPriority: entry.declaredPriority,
      deadlineMs: entry.expiresAtMs,
      // What came over a transport bears its publisher's time: by another clock, and from before the way here.
      atMs: entry.extras?.inbound === undefined ? entry.publishedAtMs : this.#clock.now(),
    });
    (entry.extras ??= new MessageExtras()).ticket = ticket;
    this.#tell('arrival', ticket, ticket.arrivedAtMs);
  }

  /** A message left its lane to be handled, or for good. */
  left(kind: 'start' | 'drop' | 'superseded' | 'expired', entry: LaneEntry, nowMs: number): void {
    const ticket = entry.extras?.ticket;
    if (ticket === undefined) return;
    ticket.startedAtMs = nowMs;
    this.#tell(kind, ticket, nowMs);
  }

  /** The first attempt of one of its deliveries has ended, or it was brought to all of them. */
  closed(ticket: SchedulingTicket, ok: boolean, nowMs: number): void {
    ticket.open -= 1;
    if (!ok) ticket.ok = false;
    if (ticket.open === 0) this.#tell('end', ticket, nowMs);
  }

  /** Calls its `[Symbol.asyncDispose]`; a failure is logged. */
  async close(): Promise<void> {
    try {
      await this.#custom?.[Symbol.asyncDispose]?.();
    } catch (error) {
      this.#options.logger.error(
        { event: 'scheduler.close-failed', scheduler: this.#custom?.name, error },
        'The scheduler failed while it was closed.',
      );
    }
  }

  collect(into: MetricsSink): void {
    const scheduler = this.#custom?.name ?? this.#fallback.name;
    into.counter('tradewind_scheduler_empty_picks_total', this.#emptyPicks, { scheduler });
    into.counter('tradewind_scheduler_aged_picks_total', this.#aged, { scheduler });
    into.counter('tradewind_scheduler_circuit_openings_total', this.#breaker.opened, { scheduler });
    into.gauge('tradewind_scheduler_circuit_open', this.#breaker.closed ? 0 : 1, { scheduler });
  }

  #tell(kind: SchedulingEvent['kind'], ticket: SchedulingTicket, atMs: number): void {
    if (!this.#breaker.allows(atMs)) return;
    const event = this.#event;
    event.kind = kind;
    event.lane = ticket.lane;
    event.ticket = ticket.ticket;
    event.topicId = ticket.topicId;
    event.topic = ticket.topic;
    event.declaredPriority = ticket.declaredPriority;
    event.deadlineMs = ticket.deadlineMs;
    event.atMs = atMs;
    event.waitedMs = kind === 'arrival' ? 0 : Math.max(0, ticket.startedAtMs - ticket.arrivedAtMs);
    event.servedMs = kind === 'end' ? Math.max(0, atMs - ticket.startedAtMs) : 0;
    event.ok = ticket.ok;
    try {
      const result: unknown = this.#custom?.observe?.(event);
      if (result !== undefined) this.#takeRejection(result);
    } catch (error) {
      this.#breaker.failed('threw', atMs, error);
    }
  }

  #ask(custom: LaneScheduler, lanes: LanesView, nowMs: number): Priority | undefined {
    if (!this.#breaker.allows(nowMs)) return undefined;
    try {
      const timed = this.#sampler.isDue();
      const startedMs = timed ? this.#clock.now() : 0;
      const lane: unknown = custom.pick(lanes, nowMs);
      if (timed && this.#sampler.overran(this.#clock.now() - startedMs)) {
        this.#breaker.failed('slow', nowMs, 'it is slower than its time budget');
      }
      if (!isPriority(lane)) {
        this.#takeRejection(lane);
        this.#breaker.failed('invalid', nowMs, 'it answered with something that is no priority');
        return undefined;
      }
      if (lanes.runnable(lane) === 0) {
        this.#emptyPicks += 1;
        return undefined;
      }
      if (!this.#breaker.closed) this.#breaker.succeeded(nowMs);
      return lane;
    } catch (error) {
      this.#breaker.failed('threw', nowMs, error);
      return undefined;
    }
  }

  /** A promise where none belongs: its rejection, unhandled, would end the process. */
  #takeRejection(result: unknown): void {
    onRejection(result, (error) => this.#breaker.failed('threw', this.#clock.now(), error));
  }

  #starving(lanes: LanesView, nowMs: number): Priority | undefined {
    for (let lane = 0; lane < this.#servedAtMs.length; lane += 1) {
      const priority = lane as Priority;
      const sinceMs = nowMs - (this.#servedAtMs[lane] as number);
      if (sinceMs < this.#options.maxStarvationMs || lanes.runnable(priority) === 0) continue;
      if (nowMs - lanes.arrivedAtMs(priority, 0) < this.#options.maxStarvationMs) continue;
      this.#aged += 1;
      return priority;
    }
    return undefined;
  }
}

class MutableSchedulingEvent implements SchedulingEvent {
  kind: SchedulingEvent['kind'] = 'arrival';
  lane: Priority = 2;
  ticket = 0;
  topicId = 0;
  topic = '';
  declaredPriority: Priority = 2;
  deadlineMs: number = Infinity;
  atMs = 0.5;
  waitedMs = 0.5;
  servedMs = 0.5;
  ok = true;
}

const BUDGET_MICROS = 50;
