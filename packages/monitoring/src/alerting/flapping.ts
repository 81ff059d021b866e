import type { AlertRecord } from './alert-record.ts';

/** When an alert counts as flapping, and how long its end is then held back. */
export interface FlapDamping {
  /** So many beginnings within `withinMs`. Default 3. */
  readonly firings: number;
  /** Milliseconds. Default half an hour. */
  readonly withinMs: number;
  /** Milliseconds for which it must be quiet before it ends. Default ten minutes. */
  readonly holdMs: number;
}

export const DEFAULT_DAMPING: FlapDamping = { firings: 3, withinMs: 30 * 60_000, holdMs: 10 * 60_000 };

/** Notes a beginning; forgets those that are too long ago. */
export function noteFiring(record: AlertRecord, nowMs: number, { withinMs, firings }: FlapDamping): void {
  record.firings = [...record.firings, nowMs].filter((atMs) => nowMs - atMs <= withinMs).slice(-firings);
}

/** Whether an alert whose rule does not hold any more has to stay. */
export function isHeld(record: AlertRecord, nowMs: number, { firings, holdMs, withinMs }: FlapDamping): boolean {
  const recent = record.firings.filter((atMs) => nowMs - atMs <= withinMs + holdMs).length;
  if (recent < firings) return false;
  record.quietSinceMs ??= nowMs;
  return nowMs - record.quietSinceMs < holdMs;
}
