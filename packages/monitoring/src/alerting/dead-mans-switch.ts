import type { Logger, MetricsSink } from '@tradewind/core-types';
import type { Notification, Notifier } from '../notifying/notification.ts';
import type { Alert } from './alert.ts';
import { isOpen, type AlertRecord } from './alert-record.ts';

/** Who is told all the time that rules are evaluated, and how often. */
export interface DeadMansSwitchOptions {
  /** What pages somebody when it hears nothing any more: a service outside, on another machine. */
  readonly notifier: Notifier;
  /** In milliseconds, 1,000 to 3,600,000. Default 60,000. */
  readonly everyMs?: number | undefined;
}

/** The rule that always fires. */
export const WATCHDOG = 'TradewindWatchdog';

/**
 * Tells a notifier of the watchdog while it fires, again and again, at a rhythm of its own: no group, no step, no silence and no acknowledgement is in its
 * way. A beat is tried once, for at most 5 s: the next one is its second attempt, and one that is missing is what it is there for.
 */
export class DeadMansSwitch {
  readonly #notifier: Notifier;
  readonly #everyMs: number;
  readonly #logger: Logger;
  readonly #counts = { sent: 0, failed: 0 };
  #isFailing = false;
  #beatAtMs = -Infinity;

  constructor({ notifier, everyMs = DEFAULT_EVERY_MS }: DeadMansSwitchOptions, logger: Logger) {
    this.#notifier = notifier;
    this.#everyMs = everyMs;
    this.#logger = logger;
  }

  /**
   * @param records - Of all alerts; looked through when a beat is due.
   * @param viewOf - Makes of one what is told.
   */
  update(records: Iterable<AlertRecord>, viewOf: (record: AlertRecord) => Alert, nowMs: number): void {
    if (nowMs - this.#beatAtMs < this.#everyMs) return;
    const record = watchdogIn(records);
    if (record === undefined) return;
    this.#beatAtMs = nowMs;
    const alert = viewOf(record);
    const { labels } = alert;
    void this.#beat({ status: 'firing', groupKey: 'watchdog', groupLabels: labels, alerts: [alert], atMs: nowMs });
  }

  /** As a channel named `watchdog`, so that the rule about notifications that fail sees it too. */
  collect(into: MetricsSink): void {
    for (const [outcome, count] of Object.entries(this.#counts)) {
      into.counter('tradewind_notifications_total', count, { channel: 'watchdog', outcome });
    }
  }

  async #beat(notification: Notification): Promise<void> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      // One that ignores the signal must count as failed too.
      await Promise.race([this.#notifier.notify(notification, signal), aborted(signal)]);
      this.#counts.sent += 1;
      this.#isFailing = false;
    } catch (error) {
      this.#counts.failed += 1;
      if (this.#isFailing) return;
      this.#isFailing = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn(
        { event: 'monitoring.watchdog-not-told', error: reason },
        `The dead man's switch could not be told that rules are evaluated: ${reason}`,
      );
    }
  }
}

function watchdogIn(records: Iterable<AlertRecord>): AlertRecord | undefined {
  for (const record of records) if (record.rule === WATCHDOG && isOpen(record)) return record;
  return undefined;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

const DEFAULT_EVERY_MS = 60_000;
const TIMEOUT_MS = 5_000;
