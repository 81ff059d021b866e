import type { TimestampNs } from '@tradewind/core-types';

/** A clock's fractional milliseconds as nanoseconds, to the microsecond: finer than a float tells at this epoch. */
export function timestampOf(ms: number): TimestampNs {
  return (BigInt(Math.round(ms * US_PER_MS)) * NS_PER_US) as TimestampNs;
}

const US_PER_MS = 1000;
const NS_PER_US = 1000n;
