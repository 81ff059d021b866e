import {
  PRIORITY_NAMES,
  type Clock,
  type Priority,
  type PublishOptions,
  type PublishWhenReadyOptions,
} from '@tradewind/core-types';
import type { Deadline, Deadlines } from '../../platform/deadlines.ts';
import type { Composer } from './composer.ts';
import type { Lane } from '../lanes/lane.ts';
import { LaneEntry, MessageExtras, keyOf } from '../lanes/lane-entry.ts';
import type { Outlet } from './outlet.ts';
import type { Overflow } from './overflow.ts';
import {
  abortedError,
  closedError,
  invalidPublishOption,
  laneFullError,
  tooManyWaitersError,
} from './publish-errors.ts';
import type { Reporter } from '../observing/reporter.ts';
import type { Room, RoomWaiter } from './room.ts';
import type { SchedulerGuard } from '../lanes/scheduler-guard.ts';
import type { TopicRecord } from './topic-record.ts';

export interface AdmissionOptions {
  readonly composer: Composer;
  readonly overflow: Overflow;
  readonly room: Room;
  readonly reporter: Reporter;
  readonly guard: SchedulerGuard;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** How many calls of `publishWhenReady` may wait at once. */
  readonly maxWaiters: number;
}

/** Lets messages into their lanes, or not. */
export class Admission {
  /** How many calls of `publishWhenReady` wait. */
  waiting = 0;
  readonly #options: AdmissionOptions;
  readonly #composer: Composer;
  /** Reused; undefined while a message is being admitted, so that a publish from inside (a plugin, a listener) gets another one. */
  #entry: LaneEntry | undefined = new LaneEntry();
  #closed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#composer = options.composer;
  }

  /** @throws BusError `CLOSED`, `INVALID_PAYLOAD`; ValidationError `INVALID_PRIORITY`, `INVALID_OPTIONS`. */
  publish(record: TopicRecord, payload: unknown, options: PublishOptions | undefined): boolean {
    if (this.#closed) throw closedError();
    return this.admit(record, payload, options);
  }

  /** {@link publish}, also while the client closes: for what it publishes itself. */
  admit(record: TopicRecord, payload: unknown, options: PublishOptions | undefined): boolean {
    const entry = this.#entry ?? new LaneEntry();
    this.#entry = undefined;
    try {
      this.#composer.compose(entry, record, payload, options);
      const { outlet, priority } = this.#composer;
      if (this.#composer.dropped) return this.#droppedByPlugin(outlet, priority, entry);
      return this.enter(outlet, outlet.lanes.all[priority], entry) || this.#refused(outlet.lanes.all[priority], entry);
    } finally {
      entry.payload = undefined;
      this.#entry = entry;
    }
  }

  /** Resolves when the message is in its lane. Rejects also with `INVALID_OPTIONS` for a time limit or a signal that is none. */
  async publishWhenReady(
    record: TopicRecord,
    payload: unknown,
    options: PublishWhenReadyOptions | undefined,
  ): Promise<void> {
    if (this.#closed) throw closedError();
    const timeoutMs = options?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    if (!Number.isFinite(timeoutMs) || timeoutMs < 0)
      throw invalidPublishOption('timeoutMs', 'milliseconds, at least 0', timeoutMs);
    const signal = options?.signal;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw invalidPublishOption('signal', 'an AbortSignal', signal);
    }
    if (signal?.aborted === true) throw abortedError('publishWhenReady', signal);
    const entry = new LaneEntry();
    this.#composer.compose(entry, record, payload, options);
    const { outlet, priority, dropped } = this.#composer;
    if (dropped) {
      this.#droppedByPlugin(outlet, priority, entry);
      return;
    }
    const lane = outlet.lanes.all[priority];
    if (this.enter(outlet, lane, entry)) return;
    if (this.waiting >= this.#options.maxWaiters) {
      this.#refused(lane, entry);
      throw tooManyWaitersError(this.#options.maxWaiters);
    }
    await this.#wait(outlet, lane, entry, { timeoutMs, signal });
  }

  /** Puts an entry into its lane. False: the lane is full, and its policy is to refuse. */
  enter(outlet: Outlet, lane: Lane, entry: LaneEntry, isFirstWaiter = false): boolean {
    const { overflow, room, guard } = this.#options;
    const key = keyOf(entry);
    key.open += 1;
    if (entry.extras?.conflateBy !== undefined && overflow.replaceByText(lane, entry)) {
      lane.counters.accepted += 1;
      return true;
    }
    if (
      lane.depth + lane.parked >= lane.limit ||
      (!isFirstWaiter && lane.onRoom !== undefined && room.hasWaiters(lane))
    ) {
      const result = overflow.makeRoom(lane, entry);
      if (result === 'refused') {
        key.open -= 1;
        return false;
      }
      if (result !== 'enters') {
        lane.counters.accepted += 1;
        return true;
      }
    }
    if (overflow.isIndexing || entry.extras?.conflateBy !== undefined) overflow.appending(lane, entry);
    const isScheduled = guard.observes && outlet.path === undefined;
    // The scheduler stamps its ticket into extras that the lane has already.
    if (isScheduled) entry.extras ??= new MessageExtras();
    lane.push(entry);
    lane.counters.accepted += 1;
    // Told when the message has its place: who publishes from inside must not get it.
    if (isScheduled) guard.arrived(lane.priority, entry);
    if (lane.depth + lane.parked >= lane.highMark) room.entered(lane);
    outlet.wake(lane.priority);
    return true;
  }

  /** Refuses everything from now on, and turns those away who wait for room. */
  close(): void {
    this.#closed = true;
    this.#options.room.close(closedError());
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  #refused(lane: Lane, entry: LaneEntry): false {
    lane.counters.refused += 1;
    const { reporter } = this.#options;
    if (reporter.observes) {
      const outcome = reporter.outcome.ofEntry('refused', entry, lane);
      outcome.reason = 'laneFull';
      reporter.observe(outcome);
    }
    return false;
  }

  #droppedByPlugin(outlet: Outlet, priority: Priority, entry: LaneEntry): true {
    const lane = outlet.lanes.all[priority];
    lane.counters.accepted += 1;
    keyOf(entry).open += 1;
    this.#options.overflow.drop(lane, entry, 'plugin');
    return true;
  }

  #wait(
    outlet: Outlet,
    lane: Lane,
    entry: LaneEntry,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    const { room, deadlines } = this.#options;
    this.waiting += 1;
    // It waits, so its key keeps its lane.
    const key = keyOf(entry);
    key.open += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting -= 1;
        room.leave(lane, waiter);
        deadlines.remove(waiter);
        signal?.removeEventListener('abort', onAbort);
        key.open -= 1;
      };
      const refuse = (error: unknown): void => {
        leave();
        this.#refused(lane, entry);
        reject(error);
      };
      const onAbort = (): void => {
        if (signal !== undefined) refuse(abortedError('publishWhenReady', signal));
      };
      const waiter: RoomWaiter & Deadline = {
        dueAtMs: 0,
        place: -1,
        enter: () => {
          entry.publishedAtMs = this.#options.clock.now();
          const entered = this.enter(outlet, lane, entry, true);
          leave();
          if (entered) resolve();
          else reject(laneFullError(PRIORITY_NAMES[lane.priority], timeoutMs));
        },
        giveUp: refuse,
        expire: () => refuse(laneFullError(PRIORITY_NAMES[lane.priority], timeoutMs)),
      };
      room.wait(lane, waiter);
      deadlines.add(waiter, timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

const DEFAULT_TIMEOUT_MS = 5_000;
