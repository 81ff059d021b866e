import { encodeTopicSegment } from '@tradewind/core-types';
import type { Opportunity } from '../lifecycle/opportunity.ts';
import type { SignalType } from '../signals/signal.ts';

/** What the topics of opportunities begin with. */
export const ARBITRAGE_PREFIX = 'arbitrage.';

/** What a topic is made of: an opportunity, or a signal. */
export interface TopicSource {
  readonly type: Opportunity['type'] | SignalType;
  readonly legs: readonly { readonly symbol: string }[];
}

/**
 * The topic of an opportunity: `arbitrage.{type}.{instrument}`, the instrument being the symbol of its first leg, as in
 * `arbitrage.PRICE_SPREAD.BTCUSDT`. Subscribe to `arbitrage.*` for all of them. What a `SignalDetector` opens and updates is named by it too;
 * a signal that asks for no order now is `arbitrage.{type}.none`.
 */
export function arbitrageTopic({ type, legs }: TopicSource): string {
  return `${ARBITRAGE_PREFIX}${type}.${encodeTopicSegment(legs[0]?.symbol ?? 'none')}`;
}
