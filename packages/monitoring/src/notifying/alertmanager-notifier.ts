import type { Alert } from '../alerting/alert.ts';
import type { Notification, Notifier } from './notification.ts';
import { postAddressOf, postJson } from './post-json.ts';

/** Where an Alertmanager is. */
export interface AlertmanagerOptions {
  /** Its address: `http://127.0.0.1:9093`. A name and a password in it are sent as the header `authorization`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For how long an alert counts as firing when nothing more is heard of it. Milliseconds; default five minutes. */
  readonly lifetimeMs?: number | undefined;
}

/**
 * Gives alerts to an Alertmanager by its API v2, which groups, inhibits and routes them by its own configuration.
 *
 * Give it to `alertmanagers` of the alerting: then it gets every alert that fires, again and again, as it expects it.
 */
export function alertmanagerNotifier({ url, headers, lifetimeMs = 300_000 }: AlertmanagerOptions): Notifier {
  const address = postAddressOf(url, 'api/v2/alerts');
  return {
    notify: ({ alerts, atMs }: Notification, signal: AbortSignal) => {
      const body = JSON.stringify(alerts.map((alert) => postableOf(alert, atMs + lifetimeMs)));
      return postJson(address.url, body, { headers: { ...address.headers, ...headers }, signal });
    },
  };
}

function postableOf({ labels, summary, runbook, activeAtMs, resolvedAtMs }: Alert, aliveUntilMs: number): object {
  return {
    labels,
    annotations: { summary, runbook },
    startsAt: new Date(activeAtMs).toISOString(),
    endsAt: new Date(resolvedAtMs ?? aliveUntilMs).toISOString(),
  };
}
