import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentTerms } from '../../market/instrument-table.ts';
import type { SignalMarket } from './signal-market.ts';

/**
 * The middle of a market, in halves of a tick: bid and ask together over the tick, floored. An integer, so that sums of them and of their
 * products are exact.
 */
export function halfTicksOf(market: SignalMarket, slot: number): bigint {
  return (market.bestBid(slot) + market.bestAsk(slot)) / market.terms(slot).tick;
}

/** @throws ValidationError `INVALID_OPTIONS` for an instrument whose prices cannot be counted, since its row gives no tick. */
export function checkTick(path: string, { row, key }: InstrumentTerms): void {
  if (row.tickSize !== undefined) return;
  throw new ValidationError('INVALID_OPTIONS', {
    path,
    expected: `${key} with a tickSize`,
    received: showValue(row.tickSize),
    hint: 'Give the price step of the instrument in its row: estimates count prices in it.',
  });
}
