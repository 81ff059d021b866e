import { hasWildcard, isPattern } from '@tradewind/core-types';

/**
 * Whether a query is a pattern of the bus and not words: one without spaces, with a dot or a wildcard. It keeps the meaning that it has
 * there: `data.trades.BINANCE.*`, `heartbeat.gateway`, `*USDT`. A single word without a dot is a word.
 */
export function isExactQuery(query: string): boolean {
  return !SPACE.test(query) && (query.includes('.') || hasWildcard(query)) && isPattern(query);
}

const SPACE = /\s/;
