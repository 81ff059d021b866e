import type { MetricLabels } from '@tradewind/core-types';

/** What a channel has heard of a group, and what it has yet to hear. JSON-safe. */
export interface ChannelState {
  /** As of when it was told last; undefined: never. */
  toldAtMs?: number | undefined;
  /** Alerts that it knows to fire: told as firing, and not yet as over. */
  told: string[];
  /** Since when something is to be told that nobody has taken; undefined: nothing is. */
  owedSinceMs?: number | undefined;
  /** How many notifications in a row nobody took, neither it nor its second. */
  failures: number;
  /** When the last of these failed: the pause until the next one counts from here. */
  failedAtMs?: number | undefined;
}

/** What a group has told to whom. JSON-safe. */
export interface GroupState {
  readonly key: string;
  readonly labels: MetricLabels;
  readonly sinceMs: number;
  /** By the names of the channels. */
  readonly channels: Record<string, ChannelState>;
}

/** When any channel took something of a group last. */
export function lastToldMs({ channels }: GroupState): number | undefined {
  const all = Object.values(channels).flatMap(({ toldAtMs }) => toldAtMs ?? []);
  return all.length === 0 ? undefined : Math.max(...all);
}

/** Notes that a channel has something to hear; what is under way to it does not have it yet. */
export function owe({ channels }: GroupState, channel: string, nowMs: number): void {
  const known = (channels[channel] ??= { told: [], failures: 0 });
  known.owedSinceMs = nowMs;
}

/** Whether something of a group is still to be told, now or when it is over. */
export function isOpenEnded({ channels }: GroupState): boolean {
  return Object.values(channels).some(({ told, owedSinceMs }) => told.length > 0 || owedSinceMs !== undefined);
}
