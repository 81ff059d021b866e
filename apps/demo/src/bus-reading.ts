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
  /** From publish to the start of the handler, in milliseconds; undefined before the first. */
  readonly waitP50Ms: number | undefined;
  readonly waitP99Ms: number | undefined;
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
