import type { Delivery } from '../notifying/delivery.ts';
import type { Alert } from './alert.ts';

/**
 * Keeps Alertmanagers informed. They forget what they do not hear of, so they get everything that fires every 30 s, and at once what has changed.
 */
export class AlertmanagerFeed {
  readonly #delivery: Delivery;
  readonly #channels: readonly string[];
  #told = new Map<string, Alert>();
  #toldAtMs = -Infinity;

  constructor(delivery: Delivery, channels: readonly string[]) {
    this.#delivery = delivery;
    this.#channels = channels;
  }

  /** @param alerts All of them; those that are silenced or pending are not told. */
  update(alerts: readonly Alert[], nowMs: number): void {
    if (this.#channels.length === 0) return;
    const firing = alerts.filter(
      ({ state, silencedBy }) => state !== 'pending' && state !== 'resolved' && silencedBy === undefined,
    );
    const now = new Map(firing.map((alert) => [alert.id, alert]));
    const ended = [...this.#told.values()].filter(({ id }) => !now.has(id)).map((alert) => over(alert, nowMs));
    const isChanged = ended.length > 0 || firing.some(({ id }) => !this.#told.has(id));
    if (!isChanged && (firing.length === 0 || nowMs - this.#toldAtMs < REPEAT_MS)) return;
    this.#told = now;
    this.#toldAtMs = nowMs;
    const all = [...firing, ...ended];
    const status = firing.length > 0 ? 'firing' : 'resolved';
    for (const channel of this.#channels) {
      this.#delivery.send({ status, groupKey: 'alertmanager', groupLabels: {}, alerts: all, atMs: nowMs }, channel);
    }
  }
}

/** One that is over, or silenced: for the Alertmanager both end. */
function over(alert: Alert, nowMs: number): Alert {
  return { ...alert, state: 'resolved', resolvedAtMs: alert.resolvedAtMs ?? nowMs };
}

const REPEAT_MS = 30_000;
