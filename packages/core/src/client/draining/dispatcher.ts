import type { Clock, Priority } from '@tradewind/core-types';
import type { RouteIndex } from '../../matching/route-index.ts';
import type { Route } from '../../matching/route.ts';
import type { BurstClock } from './burst-clock.ts';
import { handleChannel } from '../observing/channels.ts';
import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { RunInContext } from '../context.ts';
import type { Deliveries } from '../delivering/deliveries.ts';
import type { DeliveryMeta, MetaFactory } from '../delivering/delivery-meta.ts';
import { Drains } from './drains.ts';
import { FlushGate } from './flush-gate.ts';
import type { Lane } from '../lanes/lane.ts';
import { LaneEntry, keyOf } from '../lanes/lane-entry.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { Latencies } from '../observing/latencies.ts';
import type { Outlet } from '../publishing/outlet.ts';
import type { Overflow } from '../publishing/overflow.ts';
import type { Reporter } from '../observing/reporter.ts';
import { RunTimer } from './run-timer.ts';
import type { SchedulerGuard } from '../lanes/scheduler-guard.ts';
import type { ClientSettings } from '../settings.ts';
import type { TopicRecord } from '../publishing/topic-record.ts';
import type { WorkerPool } from '../delivering/worker-pool.ts';
import type { WorkerScaling } from '../delivering/worker-scaling.ts';

export interface DispatcherOptions {
  readonly lanes: Lanes;
  readonly index: RouteIndex<ClientSubscription>;
  readonly pool: WorkerPool;
  readonly scaling: WorkerScaling;
  readonly deliveries: Deliveries;
  readonly guard: SchedulerGuard;
  readonly metas: MetaFactory;
  readonly overflow: Overflow;
  readonly time: BurstClock;
  /** Calls back in anybody's context: drains enter the client's by themselves, once each. */
  readonly bareClock: Clock;
  /** Drains run in it. */
  readonly inContext: RunInContext;
  readonly latencies: Latencies;
  readonly reporter: Reporter;
  readonly settings: ClientSettings;
  /** Called after each drain, when it has left the loop. */
  readonly onDrained: () => void;
}

/**
 * Takes messages out of the lanes, in the order that the scheduler wants, and brings each to the subscriptions of its route.
 *
 * It runs as long as there is a free worker (a synchronous handler occupies one only during its call) and time left in this turn of the event
 * loop. It never runs inside `publish`.
 */
export class Dispatcher implements Outlet {
  readonly path = undefined;
  readonly lanes: Lanes;
  readonly drains: Drains;
  readonly gate: FlushGate;
  paused = false;
  readonly #options: DispatcherOptions;
  readonly #entry = new LaneEntry();
  readonly #runs: RunTimer;
  #draining = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.lanes = options.lanes;
    this.#runs = new RunTimer(options.time, options.latencies);
    this.drains = new Drains({
      clock: options.bareClock,
      settings: options.settings,
      inContext: options.inContext,
      drain: () => this.#drain(),
    });
    this.gate = new FlushGate({
      lanes: options.lanes,
      settings: options.settings,
      clock: options.bareClock,
      onOpen: () => this.schedule(),
    });
  }

  get isImminent(): boolean {
    return this.drains.isImminent;
  }

  wake(priority: Priority): void {
    if (this.gate.isHolding && !this.gate.admits(this.lanes.all[priority])) return;
    if (!this.#draining && !this.drains.isImminent) this.schedule();
  }

  /** Drains at the end of the current code, if there is something to drain. */
  schedule(): void {
    if (this.#draining || this.drains.isImminent || this.paused || this.lanes.runnableMask() === 0) return;
    this.drains.soon();
  }

  #drain(): void {
    const { time, pool, scaling, deliveries } = this.#options;
    if (this.paused || this.#draining) return;
    const nowMs = time.read();
    if (pool.full && !scaling.starved(nowMs, this.lanes.oldestArrivedAtMs())) return;
    if (!this.drains.begin(nowMs)) return;
    this.#draining = true;
    deliveries.traced = handleChannel.hasSubscribers;
    this.#runs.begin();
    let isWhole = false;
    try {
      this.#run();
      isWhole = true;
    } finally {
      this.#draining = false;
      this.#runs.end();
      // Whatever went wrong, the messages behind it are not left waiting for somebody who publishes.
      if (!isWhole) this.drains.nextTurn();
      this.#options.onDrained();
    }
  }

  #run(): void {
    const { guard, pool, scaling, time } = this.#options;
    const lanes = this.lanes;
    for (;;) {
      const mask = lanes.runnableMask();
      if (mask === 0) {
        this.gate.emptied();
        return;
      }
      if (pool.full && !scaling.starved(time.nowMs, lanes.oldestArrivedAtMs())) return;
      const only = ONLY_LANE[mask] as number;
      const priority = only >= 0 ? (only as Priority) : guard.pick(lanes, time.nowMs, mask);
      if (only >= 0 && guard.isCustom) guard.served(priority, time.nowMs);
      const lane = lanes.all[priority];
      const handledBefore = lane.counters.deliveries.handled;
      this.#serve(lane);
      const handled = lane.counters.deliveries.handled !== handledBefore;
      if (this.#runs.served(priority, handled) && this.drains.isOver(time.nowMs)) {
        this.drains.nextTurn();
        return;
      }
      if (this.paused) return;
    }
  }

  #serve(lane: Lane): void {
    const { nowMs } = this.#options.time;
    if (lane.ready.size > 0) {
      lane.ready.shift()?.run(nowMs, lane);
      return;
    }
    const entry = this.#entry;
    lane.take(entry);
    this.#dispatch(lane, entry, nowMs);
    entry.payload = undefined;
    // Not before: where the message is parked, its place is not free.
    lane.onRoom?.(lane);
  }

  #dispatch(lane: Lane, entry: LaneEntry, nowMs: number): void {
    const { guard, latencies, deliveries, metas } = this.#options;
    if (entry.expiresAtMs <= nowMs) {
      this.#expire(lane, entry, nowMs);
      return;
    }
    if (entry.extras?.inbound?.isRevoked === true) {
      this.#options.overflow.drop(lane, entry, 'revoked');
      return;
    }
    if (guard.observes) guard.left('start', entry, nowMs);
    const record = entry.topic as TopicRecord;
    const { entries } = this.#routeOf(record);
    if (entries.length === 0) {
      this.#settleUnrouted(lane, entry);
      return;
    }
    lane.counters.dispatched += 1;
    latencies.waits[lane.priority].record(nowMs - entry.publishedAtMs, 1);
    const meta = metas.make(entry, record.topic, lane.priority);
    deliveries.beginMessage();
    const last = entries.length - 1;
    if (last > 0) deliveries.reserve(lane);
    for (let i = 0; i <= last; i += 1) {
      const subscription = entries[i] as ClientSubscription;
      // The last one begins at once or is parked at once: a message that begins leaves its place to what its handler publishes.
      if (i === last) deliveries.release();
      if (subscription.active) deliveries.offer(subscription, lane, entry, meta);
      else this.#skip(subscription, lane, entry, meta);
    }
    this.#close(entry);
    this.#closeTicket(entry);
  }

  #routeOf(record: TopicRecord): Route<ClientSubscription> {
    const { index } = this.#options;
    let { route } = record;
    if (route === undefined || !index.isCurrent(route)) {
      route = index.route(record.topic);
      record.route = route;
    }
    return route;
  }

  /** Its subscription ended while the message was being brought to the ones before. */
  #skip(subscription: ClientSubscription, lane: Lane, entry: LaneEntry, meta: DeliveryMeta): void {
    const counters = lane.counters.deliveries;
    counters.opened += 1;
    counters.drop('unsubscribed');
    const { reporter } = this.#options;
    reporter.dropped(meta, lane.priority, 'unsubscribed');
    if (!reporter.observes) return;
    const outcome = reporter.outcome.ofDelivery('dropped', meta, subscription.id);
    outcome.path = entry.extras?.inbound?.path;
    outcome.reason = 'unsubscribed';
    reporter.observe(outcome);
  }

  #expire(lane: Lane, entry: LaneEntry, nowMs: number): void {
    const { reporter, guard } = this.#options;
    lane.counters.expired += 1;
    if (guard.observes) guard.left('expired', entry, nowMs);
    if (reporter.observes) reporter.observe(reporter.outcome.ofEntry('expired', entry, lane));
    this.#close(entry);
  }

  #settleUnrouted(lane: Lane, entry: LaneEntry): void {
    const { reporter } = this.#options;
    lane.counters.unrouted += 1;
    if (reporter.observes) reporter.observe(reporter.outcome.ofEntry('unrouted', entry, lane));
    this.#close(entry);
    this.#closeTicket(entry);
  }

  #closeTicket(entry: LaneEntry): void {
    const ticket = entry.extras?.ticket;
    if (ticket !== undefined) this.#options.guard.closed(ticket, true, this.#options.time.read());
  }

  /** The message has left its lane; what of it is still open is counted by its deliveries. */
  #close(entry: LaneEntry): void {
    keyOf(entry).open -= 1;
    entry.extras?.inbound?.closed();
  }
}

/** By mask: the lane, where it is the only one; otherwise -1. */
const ONLY_LANE: readonly number[] = [-1, 0, 1, -1, 2, -1, -1, -1, 3, -1, -1, -1, -1, -1, -1, -1];
