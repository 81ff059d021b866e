import { pauseAfter, type Delivery, type Outcome } from '../notifying/delivery.ts';
import type { Notification } from '../notifying/notification.ts';
import type { Alert } from './alert.ts';
import { hasPassed } from './has-passed.ts';

/** What keeping Alertmanagers informed needs. */
export interface AlertmanagerFeedOptions {
  readonly delivery: Pick<Delivery, 'send'>;
  /** The names of their channels. */
  readonly channels: readonly string[];
  readonly now: () => number;
  /** Told what became of each notification, and how many before it in a row were not taken. */
  readonly ended: (notification: Notification, outcome: Outcome, failures: number) => void;
}

/**
 * Keeps Alertmanagers informed. They forget what they do not hear of, so they get everything that fires every 30 s, and at once what has changed; what
 * one did not take it gets again after a pause that grows from 5 to 30 s.
 */
export class AlertmanagerFeed {
  readonly #managers: readonly Manager[];

  constructor(options: AlertmanagerFeedOptions) {
    this.#managers = options.channels.map((channel) => new Manager(channel, options));
  }

  /** @param alerts All of them; those that are silenced or pending are not told. */
  update(alerts: readonly Alert[], nowMs: number): void {
    if (this.#managers.length === 0) return;
    const firing = alerts.filter(
      ({ state, silencedBy }) => state !== 'pending' && state !== 'resolved' && silencedBy === undefined,
    );
    for (const manager of this.#managers) manager.update(firing, nowMs);
  }
}

/** One of them. */
class Manager {
  readonly #channel: string;
  readonly #options: AlertmanagerFeedOptions;
  /** What it may know to fire: sent as firing, and not taken yet as over. */
  readonly #known = new Map<string, Alert>();
  #toldAtMs = -Infinity;
  #failedAtMs = -Infinity;
  #failures = 0;
  #isBusy = false;

  constructor(channel: string, options: AlertmanagerFeedOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  update(firing: readonly Alert[], nowMs: number): void {
    const isPaused = this.#failures > 0 && !hasPassed(this.#failedAtMs, pauseAfter(this.#failures, PAUSES), nowMs);
    if (this.#isBusy || isPaused) return;
    const now = new Set(firing.map(({ id }) => id));
    const ended = [...this.#known.values()].filter(({ id }) => !now.has(id)).map((alert) => over(alert, nowMs));
    const isChanged = this.#failures > 0 || ended.length > 0 || firing.some(({ id }) => !this.#known.has(id));
    if (firing.length + ended.length === 0 || (!isChanged && !hasPassed(this.#toldAtMs, REPEAT_MS, nowMs))) return;
    // Also what is not taken may have arrived: the answer is what was lost.
    for (const alert of firing) this.#known.set(alert.id, alert);
    this.#isBusy = true;
    this.#send([...firing, ...ended], nowMs);
  }

  #send(alerts: readonly Alert[], atMs: number): void {
    const status = alerts[0]?.state === 'resolved' ? 'resolved' : 'firing';
    const notification: Notification = { status, groupKey: 'alertmanager', groupLabels: {}, alerts, atMs };
    this.#options.delivery.send(notification, this.#channel, (outcome) => {
      this.#isBusy = false;
      this.#options.ended(notification, outcome, this.#failures);
      this.#failures = outcome.takenBy === undefined ? this.#failures + 1 : 0;
      if (outcome.takenBy === undefined) {
        this.#failedAtMs = this.#options.now();
        return;
      }
      this.#toldAtMs = atMs;
      for (const { id, state } of alerts) if (state === 'resolved') this.#known.delete(id);
    });
  }
}

/** One that is over, or silenced: for the Alertmanager both end. */
function over(alert: Alert, nowMs: number): Alert {
  return { ...alert, state: 'resolved', resolvedAtMs: alert.resolvedAtMs ?? nowMs };
}

const REPEAT_MS = 30_000;
const PAUSES = { pauseMs: 5_000, maxPauseMs: REPEAT_MS };
