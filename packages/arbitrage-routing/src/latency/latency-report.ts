import type { ConnectionQuality } from './connection-quality.ts';
import type { LatencyClass } from './latency-class.ts';

/** What is known of the way to a venue or over a path. Milliseconds; members are undefined while they are not known. */
export interface LatencyReport {
  /** Receive time less event time of what did not wait: no latency, since both clocks are in it. */
  readonly floorMs: number | undefined;
  /** What the venue's clock is ahead of this one, from round trips, and how wrong that can be. */
  readonly clockOffset: { readonly offsetMs: number; readonly errorMs: number } | undefined;
  /** How much faster than this one the venue's clock runs, in parts per million. */
  readonly clockDriftPpm: number;
  /** One way, of what did not wait: the floor with the offset taken off. */
  readonly delayMs: number | undefined;
  /** One way, with the median of what recent events waited on top. */
  readonly typicalDelayMs: number | undefined;
  /** Of recent orders, or of messages over a path: the median. */
  readonly roundTripMs: number | undefined;
  /** By the typical delay; half a round trip where that is not known. */
  readonly latencyClass: LatencyClass | undefined;
  readonly quality: ConnectionQuality;
  /** The share of recent observations that were good. */
  readonly goodShare: number;
  readonly observations: number;
}
