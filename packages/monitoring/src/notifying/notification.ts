import type { MetricLabels } from '@tradewind/core-types';
import type { Alert } from '../alerting/alert.ts';

/** What is told over a channel: a group of alerts. */
export interface Notification {
  /** `firing` while one of them does, otherwise `resolved`. */
  readonly status: 'firing' | 'resolved';
  /** The same for all notifications of one group. */
  readonly groupKey: string;
  /** The labels that the group has in common. */
  readonly groupLabels: MetricLabels;
  /** Those that fire first, then those that are over. */
  readonly alerts: readonly Alert[];
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** A way to tell somebody. */
export interface Notifier {
  /**
   * Tells once. Resolves when it was taken; rejects when it was not, and is then tried again. It should give up when the signal aborts: nobody waits for
   * it any more, and what it still brings arrives twice.
   */
  notify(notification: Notification, signal: AbortSignal): Promise<void>;
}

/** A notifier by a name, and who is told when it fails. */
export interface Channel {
  /** Unique; steps of the escalation policy and metrics call it so. */
  readonly name: string;
  readonly notifier: Notifier;
  /** The name of the channel that is used when this one fails after all retries. Default: none. */
  readonly second?: string | undefined;
}

/** One line for a group: `2 firing, 1 resolved: TradewindLaneFull (main)`. */
export function titleOf({ alerts, groupLabels }: Notification): string {
  const firing = alerts.filter(({ state }) => state !== 'resolved').length;
  const over = alerts.length - firing;
  const counts = [...(firing > 0 ? [`${firing} firing`] : []), ...(over > 0 ? [`${over} resolved`] : [])].join(', ');
  const { alertname = 'alerts', bus } = groupLabels;
  return `${counts}: ${alertname}${bus === undefined ? '' : ` (${bus})`}`;
}
