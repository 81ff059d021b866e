import {
  compareDecimals,
  multiplyDecimals,
  type DecimalText,
  type Quote,
  type SubmitOrder,
  type Trade,
} from '@tradewind/core-types';

/** What the feed of this demo publishes. */
export interface NumberedEvent {
  /** Counts the events of the market from 0. */
  readonly n: number;
  readonly event: Quote | Trade;
}

/**
 * The order that an event leads to, if any: it follows a quote that has eight times more on one side than on the other.
 *
 * It depends on the event alone. A strategy that is killed and started again, and is brought the same event a second time, wants the same
 * order under the same id, so that whoever gets it twice can tell.
 */
export function wantedOrder({ n, event }: NumberedEvent): SubmitOrder | undefined {
  if (event.type !== 'quote' || n % LOOK_AT_EVERY !== 0) return undefined;
  const { bidPrice, bidSize, askPrice, askSize } = event;
  if (bidPrice === null || bidSize === null || askPrice === null || askSize === null) return undefined;
  const isBuy = compareDecimals(bidSize, multiplyDecimals(askSize, UNUSUAL)) > 0;
  const isSell = compareDecimals(askSize, multiplyDecimals(bidSize, UNUSUAL)) > 0;
  if (!isBuy && !isSell) return undefined;
  return {
    type: 'submit_order',
    strategyId: STRATEGY_ID,
    instrumentId: event.instrumentId,
    clientOrderId: `${STRATEGY_ID}-${n}`,
    tsInitNs: event.tsInitNs,
    side: isBuy ? 'BUY' : 'SELL',
    orderType: 'LIMIT',
    price: isBuy ? askPrice : bidPrice,
    quantity: isBuy ? askSize : bidSize,
    timeInForce: 'IOC',
  };
}

/** Why an order may not leave; undefined: it may. It depends on the order alone, for the same reason. */
export function denialOf({ price, quantity }: SubmitOrder): string | undefined {
  if (price === undefined) return 'no price';
  return compareDecimals(multiplyDecimals(price, quantity), MAX_ORDER) > 0 ? 'order too large' : undefined;
}

export const STRATEGY_ID = 'imbalance';
/** Most quotes only confirm the one before. */
const LOOK_AT_EVERY = 4;
const UNUSUAL = '8' as DecimalText;
/** In the currency of the instrument. */
const MAX_ORDER = '5000' as DecimalText;
