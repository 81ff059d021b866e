import {
  compareDecimals,
  formatDecimal,
  subtractDecimals,
  type BookLevel,
  type DecimalText,
  type OrderEvent,
  type OrderFilled,
  type SubmitOrder,
} from '@tradewind/core-types';
import type { Unnumbered } from '../events.ts';
import type { Touch } from '../market/touch-tracker.ts';
import type { Moment } from '../venues/market-data-writer.ts';

/**
 * What a venue would have answered to an order, had it been there when the recording was made: a fill at the recorded touch, for
 * at most the size shown there, and the rest cancelled.
 *
 * It is on paper: the recorded market does not notice the order, the next order finds the same size again, and no fee is charged
 * since a recording tells none. Every order is treated as immediate or cancel.
 */
export function paperAnswers(
  order: SubmitOrder,
  touch: Touch | undefined,
  moment: Moment,
): readonly Unnumbered<OrderEvent>[] {
  const about = {
    ...moment,
    strategyId: order.strategyId,
    instrumentId: order.instrumentId,
    clientOrderId: order.clientOrderId,
    venueOrderId: `PAPER-${order.clientOrderId}`,
  };
  const level = order.side === 'BUY' ? touch?.ask : touch?.bid;
  if (level === undefined)
    return [{ type: 'order_rejected', ...about, reason: 'the recording shows nothing on the other side' }];
  const answers: Unnumbered<OrderEvent>[] = [{ type: 'order_accepted', ...about }];
  const quantity = isTaken(order, level[0]) ? smallerOf(order.quantity, level[1]) : undefined;
  const leavesQuantity =
    quantity === undefined ? order.quantity : formatDecimal(subtractDecimals(order.quantity, quantity));
  if (quantity !== undefined) {
    const fill: Unnumbered<OrderFilled> = {
      type: 'order_filled',
      ...about,
      tradeId: `${order.clientOrderId}-1`,
      side: order.side,
      lastPrice: level[0],
      lastQuantity: quantity,
      cumulativeQuantity: quantity,
      leavesQuantity,
      liquiditySide: 'TAKER',
    };
    answers.push(fill);
  }
  if (leavesQuantity !== '0')
    answers.push({ type: 'order_canceled', ...about, reason: 'immediate or cancel: nothing more at the touch' });
  return answers;
}

function isTaken(order: SubmitOrder, price: BookLevel[0]): boolean {
  if (order.price === undefined) return true;
  const distance = compareDecimals(price, order.price);
  return order.side === 'BUY' ? distance <= 0 : distance >= 0;
}

function smallerOf(a: DecimalText, b: DecimalText): DecimalText {
  return compareDecimals(a, b) <= 0 ? a : b;
}
