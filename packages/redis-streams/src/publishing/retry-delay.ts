import type { Random } from '@tradewind/core-types';

/** Before entries are sent again: 10 ms, doubled each time up to 250 ms, of which a random part of up to one half is left out. */
export function retryDelayMs(attempt: number, random: Random): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10)) * (1 - random.next() / 2);
}

const FIRST_MS = 10;
const LONGEST_MS = 250;
