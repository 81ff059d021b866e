import type { RetryPolicy } from './delivering/retry-policy.ts';

/** What may be changed while the client runs. One object, read where it is used. */
export interface ClientSettings {
  /** The longest that drains may take in a turn, in milliseconds. */
  sliceMs: number;
  flushIntervalMs: number;
  highWaterRatio: number;
  retry: RetryPolicy;
  /** While the client closes, a failed delivery is tried once more, at once. */
  closing: boolean;
}
