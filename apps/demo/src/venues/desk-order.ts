import {
  formatDecimal,
  multiplyDecimals,
  type OrderEvent,
  type OrderFilled,
  type SubmitOrder,
  type TickGrid,
} from '@tradewind/core-types';
import type { Unnumbered } from '../events.ts';
import { feeFraction, type Moment } from './market-data-writer.ts';
import type { BookResult, IncomingOrder } from './order-book.ts';
import type { MarketProfile, VenueProfile } from './venue-profile.ts';

/** The market that an order of the desk has arrived at. */
export interface OrderDestination {
  readonly venue: VenueProfile;
  readonly market: MarketProfile;
  readonly prices: TickGrid;
  readonly sizes: TickGrid;
}

/** A desk's order as the book takes it. Ids of the desk never meet those of the public: these begin with `P`. */
export function incomingOrder(order: SubmitOrder, { prices, sizes }: OrderDestination): IncomingOrder {
  return {
    id: `D${order.clientOrderId}`,
    side: order.side,
    lots: sizes.toTicks(order.quantity),
    limitTicks: order.price === undefined ? undefined : prices.toTicks(order.price),
    immediateOrCancel: order.timeInForce === 'IOC',
  };
}

/** What the venue answers: accepted, each fill with its fee, and cancelled when some of an immediate order is left. */
export function orderAnswers(
  order: SubmitOrder,
  result: BookResult,
  destination: OrderDestination,
  moment: Moment,
): readonly Unnumbered<OrderEvent>[] {
  const { sizes } = destination;
  const about = {
    ...moment,
    strategyId: order.strategyId,
    instrumentId: order.instrumentId,
    clientOrderId: order.clientOrderId,
    venueOrderId: `${destination.venue.name}-${order.clientOrderId}`,
  };
  const answers: Unnumbered<OrderEvent>[] = [{ type: 'order_accepted', ...about }];
  const totalLots = sizes.toTicks(order.quantity);
  const takerFee = feeFraction(destination.venue.takerFeePpm);
  let tradedLots = 0;
  for (const [index, match] of result.matches.entries()) {
    tradedLots += match.lots;
    const lastPrice = destination.prices.fromTicks(match.priceTicks);
    const lastQuantity = sizes.fromTicks(match.lots);
    const fill: Unnumbered<OrderFilled> = {
      type: 'order_filled',
      ...about,
      tradeId: `${order.clientOrderId}-${index + 1}`,
      side: order.side,
      lastPrice,
      lastQuantity,
      cumulativeQuantity: sizes.fromTicks(tradedLots),
      leavesQuantity: sizes.fromTicks(totalLots - tradedLots),
      liquiditySide: 'TAKER',
      commission: formatDecimal(multiplyDecimals(multiplyDecimals(lastPrice, lastQuantity), takerFee)),
      commissionCurrency: destination.market.listing.quote,
    };
    answers.push(fill);
  }
  if (result.canceledLots > 0)
    answers.push({ type: 'order_canceled', ...about, reason: 'immediate or cancel: nothing more at any price taken' });
  return answers;
}
