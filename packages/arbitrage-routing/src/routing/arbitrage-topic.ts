import { encodeTopicSegment } from '@tradewind/core-types';
import type { Opportunity } from '../lifecycle/opportunity.ts';

/** What the topics of opportunities begin with. */
export const ARBITRAGE_PREFIX = 'arbitrage.';

/**
 * The topic of an opportunity: `arbitrage.{type}.{instrument}`, the instrument being the symbol of its first leg, as in
 * `arbitrage.PRICE_SPREAD.BTCUSDT`. Subscribe to `arbitrage.*` for all of them.
 */
export function arbitrageTopic({ type, legs }: Pick<Opportunity, 'type' | 'legs'>): string {
  return `${ARBITRAGE_PREFIX}${type}.${encodeTopicSegment(legs[0]?.symbol ?? 'none')}`;
}
