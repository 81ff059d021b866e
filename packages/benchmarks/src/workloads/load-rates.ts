import type { OpenLoopReport } from '../measuring/open-loop.ts';
import { prefixed } from './latency-metrics.ts';

/** A load, and what arrived of it. */
export interface LoadCourse {
  readonly report: OpenLoopReport;
  /** Of the plan. */
  readonly durationMs: number;
  readonly received: number;
  /** When the last arrival was. NaN: there was none. */
  readonly lastAtMs: number;
}

const US_PER_MS = 1000;
const MS_PER_S = 1000;

/**
 * Offered and achieved rate, and how late the sender was at most: `offeredPerSecond`, …, or with a prefix `quoteOfferedPerSecond`, …. The
 * achieved rate counts until the last arrival, and at least until the plan was over or aborted.
 */
export function loadRates(
  { report, durationMs, received, lastAtMs }: LoadCourse,
  prefix = '',
): Readonly<Record<string, number>> {
  const leastMs = report.isAborted ? report.endMs - report.startMs : durationMs;
  const lastMs = Number.isNaN(lastAtMs) ? 0 : lastAtMs - report.startMs;
  const tookMs = Math.max(lastMs, leastMs);
  return {
    [prefixed(prefix, 'offeredPerSecond')]: (report.planned / durationMs) * MS_PER_S,
    [prefixed(prefix, 'achievedPerSecond')]: (received / tookMs) * MS_PER_S,
    [prefixed(prefix, 'longestSendDelayUs')]: report.longestDelayMs * US_PER_MS,
  };
}

/** Why a plan was not sent completely, as a phrase; nothing when it was. */
export function sendingProblems({ planned, sent, isAborted }: OpenLoopReport): readonly string[] {
  if (sent === planned) return [];
  return [
    isAborted
      ? `aborted after ${sent} of ${planned} messages`
      : `kept the sender from sending ${planned - sent} of ${planned} messages`,
  ];
}
