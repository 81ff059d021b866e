import { errorCode, type Random, type SettlementFailure } from '@tradewind/core-types';
import type { FailureLog } from '../../platform/failure-log.ts';
import type { BurstClock } from '../draining/burst-clock.ts';
import type { Burial, DeadLetterOffice } from './dead-letter-office.ts';
import type { Delivery } from './delivery.ts';
import { DeliveryMeta } from './delivery-meta.ts';
import type { Reporter } from '../observing/reporter.ts';
import { backoffMs } from './retry-policy.ts';
import type { ClientSettings } from '../settings.ts';

export interface FailuresOptions {
  readonly settings: ClientSettings;
  readonly random: Random;
  readonly office: DeadLetterOffice;
  readonly failureLog: FailureLog;
  readonly reporter: Reporter;
  readonly time: BurstClock;
}

/** What happens to a delivery whose attempt failed. */
export type AfterFailure = 'retry' | 'unsubscribed' | Burial;

/**
 * Decides what becomes of a failed delivery: another attempt after a backoff, during which it holds its ordering key and no worker; or,
 * after the last, a dead letter.
 */
export class Failures {
  readonly #options: FailuresOptions;

  constructor(options: FailuresOptions) {
    this.#options = options;
  }

  /** Counts and reports a failed attempt. After `retry` the delivery is ready for its next attempt, which is due after {@link delayMs}. */
  attemptFailed(delivery: Delivery, error: unknown): AfterFailure {
    const { settings } = this.#options;
    const { subscription, lane } = delivery;
    lane.counters.deliveries.failedAttempts += 1;
    this.#tell('failed', delivery, error);
    if (!subscription.active) return 'unsubscribed';
    if (this.#isFinal(delivery)) return this.bury(delivery, error);
    if (settings.closing) delivery.lastAttempt = true;
    lane.counters.deliveries.retries += 1;
    delivery.meta = DeliveryMeta.forAttempt(delivery.meta, delivery.meta.deliveryCount + 1);
    return 'retry';
  }

  /** How long to wait before the next attempt, in milliseconds. */
  delayMs(delivery: Delivery): number {
    const { settings, random } = this.#options;
    return settings.closing ? 0 : backoffMs(settings.retry, delivery.attempts, random);
  }

  /** Puts a delivery aside after its last attempt. */
  bury(delivery: Delivery, error: unknown): AfterFailure {
    const burial = this.#options.office.bury(delivery, error);
    delivery.lane.counters.deliveries.deadLettered += 1;
    this.#tell('deadLettered', delivery, error);
    return burial;
  }

  /** What the delivery's transport is told; undefined: it is settled. */
  settlement(delivery: Delivery, burial: Burial, error: unknown): SettlementFailure | undefined {
    if (burial === 'buried' || delivery.inbound === undefined) return undefined;
    return {
      error,
      next: burial === 'returned' ? 'deadLetter' : 'redeliver',
      subscriptionId: delivery.subscription.id,
      attempts: delivery.attempts,
    };
  }

  #isFinal(delivery: Delivery): boolean {
    const { settings } = this.#options;
    return delivery.attempts >= settings.retry.maxAttempts || (settings.closing && delivery.lastAttempt);
  }

  #tell(kind: 'failed' | 'deadLettered', delivery: Delivery, error: unknown): void {
    const { failureLog, reporter, time } = this.#options;
    const { meta, subscription } = delivery;
    const code = errorCode(error);
    failureLog.error(
      {
        event: kind === 'failed' ? 'handler.failed' : 'delivery.dead-lettered',
        topic: meta.topic,
        subscriptionId: subscription.id,
        deliveryCount: meta.deliveryCount,
        error,
      },
      kind === 'failed'
        ? `A handler of ${meta.topic} failed${code === undefined ? '' : ` with ${code}`}.`
        : `A message on ${meta.topic} failed for the last time and is a dead letter now.`,
    );
    if (!reporter.observes) return;
    const outcome = reporter.outcome.ofDelivery(kind, meta, subscription.id);
    outcome.path = delivery.inbound?.path;
    outcome.waitedMs = Math.max(0, delivery.startedAtMs - meta.publishedAtMs);
    outcome.handledMs = Math.max(0, time.read() - delivery.startedAtMs);
    outcome.error = error;
    reporter.observe(outcome);
  }
}
