import type { DropReason, SettlementFailure } from '@tradewind/core-types';
import type { BurstClock } from '../draining/burst-clock.ts';
import type { LaneEntry } from '../lanes/lane-entry.ts';
import type { SchedulerGuard } from '../lanes/scheduler-guard.ts';
import type { Latencies } from '../observing/latencies.ts';
import type { Reporter } from '../observing/reporter.ts';
import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryMeta } from './delivery-meta.ts';
import type { OpenWork } from './open-work.ts';

export interface SettlementOptions {
  readonly reporter: Reporter;
  readonly guard: SchedulerGuard;
  readonly latencies: Latencies;
  readonly openWork: OpenWork;
  readonly time: BurstClock;
}

/**
 * Ends deliveries, each exactly once: counts it, tells plugins and the scheduler, and lets go of its key and of its transport's message.
 */
export class Settlement {
  /** Whether some plugin wants outcomes. */
  readonly observes: boolean;
  readonly #options: SettlementOptions;
  readonly #openWork: OpenWork;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#openWork = options.openWork;
    this.observes = options.reporter.observes;
  }

  /** A handler has ended well. Its latency is recorded already. */
  handled(delivery: Delivery, handledMs: number): void {
    delivery.lane.counters.deliveries.handled += 1;
    if (this.observes) this.#observe('handled', delivery, handledMs);
    this.ended(delivery, undefined);
  }

  /** Handled by something that is no handler call: a pull, a batch. */
  handledElsewhere(delivery: Delivery, handledMs: number): void {
    this.#options.latencies.handles[delivery.lane.priority].record(handledMs, 1);
    this.handled(delivery, handledMs);
  }

  /** Tells plugins of a synchronous handler that has just returned; it never was a delivery of its own. */
  handledAtOnce(subscription: ClientSubscription, entry: LaneEntry, meta: DeliveryMeta): void {
    const { time, reporter } = this.#options;
    const startedAtMs = time.nowMs;
    const outcome = reporter.outcome.ofDelivery('handled', meta, subscription.id);
    outcome.path = entry.extras?.inbound?.path;
    outcome.waitedMs = Math.max(0, startedAtMs - meta.publishedAtMs);
    outcome.handledMs = time.read() - startedAtMs;
    reporter.observe(outcome);
  }

  expired(delivery: Delivery): void {
    delivery.lane.counters.deliveries.expired += 1;
    this.#observe('expired', delivery, 0);
    this.ended(delivery, undefined);
  }

  /** Gives a delivery up. For its transport it is settled, unless there is a failure to tell of. */
  dropped(delivery: Delivery, reason: DropReason, failure?: SettlementFailure): void {
    const { lane, meta } = delivery;
    lane.counters.deliveries.drop(reason);
    this.#options.reporter.dropped(meta, lane.priority, reason);
    this.#observe('dropped', delivery, 0, reason);
    this.ended(delivery, failure);
  }

  /** A newer delivery takes the place of one that waits; the older is settled with it. */
  superseded(older: Delivery, newer: Delivery): void {
    older.lane.counters.deliveries.superseded += 1;
    this.#observe('superseded', older, 0);
    older.key.open -= 1;
    this.attempted(older, true);
    if (older.inbound !== undefined) {
      if (newer.inbound === undefined) older.inbound.closed();
      else newer.inbound.supersede(older.inbound);
    }
    this.#openWork.ended(newer);
    older.become(newer);
  }

  /** Ends the life of an opened delivery; counting is done. */
  ended(delivery: Delivery, failure: SettlementFailure | undefined): void {
    this.attempted(delivery, failure === undefined);
    const { key, inbound } = delivery;
    key.open -= 1;
    if (inbound !== undefined) {
      if (failure === undefined) inbound.closed();
      else inbound.failed(failure);
    }
    this.#openWork.ended(delivery);
  }

  /** The first attempt of a delivery has ended, or there will be none: what the scheduler is told does not wait for retries. */
  attempted(delivery: Delivery, ok: boolean): void {
    const { ticket } = delivery;
    if (ticket === undefined) return;
    delivery.ticket = undefined;
    this.#options.guard.closed(ticket, ok, this.#options.time.nowMs);
  }

  #observe(
    kind: 'handled' | 'expired' | 'dropped' | 'superseded',
    delivery: Delivery,
    handledMs: number,
    reason?: DropReason,
  ): void {
    if (!this.observes) return;
    const { reporter } = this.#options;
    const { meta, subscription } = delivery;
    const outcome = reporter.outcome.ofDelivery(kind, meta, subscription.id);
    outcome.path = delivery.inbound?.path;
    if (kind === 'handled') outcome.waitedMs = Math.max(0, delivery.startedAtMs - meta.publishedAtMs);
    outcome.handledMs = handledMs;
    outcome.reason = reason;
    reporter.observe(outcome);
  }
}
