import type { Random } from '@tradewind/core-types';

/**
 * How long to wait before connection attempt `attempt` (from 1): 10 ms, doubled each time up to 200 ms, later 1 s, of which a random
 * part of up to one half is left out, so that the clients of a server that returns do not all come at once.
 *
 * 200 ms while it may be a restart: messages flow again well within half a second of the server's return.
 */
export function reconnectDelayMs(attempt: number, random: Random): number {
  const cap = attempt > PATIENT_AFTER ? LONGEST_MS : SHORT_MS;
  const full = Math.min(cap, FIRST_MS * 2 ** Math.min(attempt - 1, 20));
  return Math.round(full * (1 - random.next() / 2));
}

const FIRST_MS = 10;
const SHORT_MS = 200;
const LONGEST_MS = 1_000;
/** About half a minute. */
const PATIENT_AFTER = 150;
