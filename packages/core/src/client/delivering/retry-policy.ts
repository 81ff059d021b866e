import type { Random } from '@tradewind/core-types';

/** How a failed delivery is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. 1: no retry. */
  readonly maxAttempts: number;
  /** Before the first retry, in milliseconds. */
  readonly initialDelayMs: number;
  /** Each further delay is so many times the one before. */
  readonly multiplier: number;
  /** The longest delay, in milliseconds. */
  readonly maxDelayMs: number;
  /** 0 to 1: which part of the delay is random, so that what failed together is not retried together. */
  readonly jitter: number;
}

/**
 * The delay before the next attempt, in milliseconds.
 *
 * Exponential backoff with equal jitter: a part of the delay is fixed, the rest is random. Source: M. Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015.
 *
 * @param attempts Attempts made so far, at least 1.
 */
export function backoffMs(policy: RetryPolicy, attempts: number, random: Random): number {
  const full = Math.min(policy.maxDelayMs, policy.initialDelayMs * policy.multiplier ** (attempts - 1));
  return full * (1 - policy.jitter) + full * policy.jitter * random.next();
}
