import type { PriorityName } from '@tradewind/core-types';

/** What one lane has done since the start. */
export interface LaneReading {
  readonly name: PriorityName;
  /** Messages waiting now. */
  readonly depth: number;
  readonly capacity: number;
  readonly accepted: number;
  /** Replaced by a newer message of the same key, by a subscription's own wish. */
  readonly superseded: number;
  /** Given up: dropped for whatever reason, or expired. */
  readonly dropped: number;
  readonly deadLettered: number;
  /** Attempts of handlers that failed. */
  readonly failed: number;
  /** From publish to the start of the handler. */
  readonly waits: WaitCounts;
}

/** How long messages waited, as a histogram since the start. A copy: two of them make the histogram of the time in between. */
export interface WaitCounts {
  /** In milliseconds, rising; the last is `Infinity`. */
  readonly upperBoundsMs: readonly number[];
  readonly counts: readonly number[];
}

/**
 * The upper bound of the bucket in which this part of all waits is reached, in milliseconds; undefined when there were none.
 *
 * @param before - Leaves out what had been counted then.
 */
export function waitQuantileMs(waits: WaitCounts, part: number, before?: WaitCounts): number | undefined {
  const counts = waits.counts.map((count, index) => count - (before?.counts[index] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (seen >= total * part) return waits.upperBoundsMs[index];
  }
  return undefined;
}

/** What the bus says of itself, at one moment. */
export interface BusReading {
  /** By priority, CRITICAL first. */
  readonly lanes: readonly LaneReading[];
  readonly workers: number;
  readonly busyWorkers: number;
}

/** Something that can be read whenever somebody looks. */
export interface BusReader {
  read(): BusReading;
}
