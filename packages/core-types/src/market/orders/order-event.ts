import * as z from 'zod';
import { ValidationError, showValue } from '../../vocabulary/errors.ts';
import { compareDecimals, type DecimalText } from '../decimal.ts';
import { eventHeader, type EventHeader } from '../event-header.ts';
import { decimal, identifier, instrumentId, oneOf, positive, quantity, reason, tag } from '../fields.ts';
import type { InstrumentId } from '../instrument-id.ts';
import { parseWith, readTag, withRules, type Failure, type Rule } from '../schema.ts';
import { ORDER_SIDES, type OrderSide } from './order-terms.ts';

/** What every order event carries. Its stream is the account's: `sequence` counts all order events of an account. */
export interface OrderEventHeader extends EventHeader {
  readonly strategyId: string;
  readonly instrumentId: InstrumentId;
  readonly clientOrderId: string;
  /** The venue's own name of the order, from its acknowledgement on. */
  readonly venueOrderId?: string | undefined;
  readonly accountId?: string | undefined;
}

/** Events that carry nothing but that they happened: sent, acknowledged, stop set off, cancel or change sent, cancelled, expired. */
export interface OrderLifecycleEvent extends OrderEventHeader {
  readonly type:
    | 'order_submitted'
    | 'order_accepted'
    | 'order_triggered'
    | 'order_pending_cancel'
    | 'order_pending_replace'
    | 'order_canceled'
    | 'order_expired';
  /** The venue's words, where it gives any. */
  readonly reason?: string | undefined;
}

/** Something was refused: an order by this system (`denied`) or the venue (`rejected`), a cancel, a change. The order of a refused cancel or change lives on. */
export interface OrderRefusedEvent extends OrderEventHeader {
  readonly type: 'order_denied' | 'order_rejected' | 'order_cancel_rejected' | 'order_replace_rejected';
  /** Why, in the words of who refused. At most 1024 characters. */
  readonly reason: string;
}

/** The venue changed the order as asked. Says all that now holds. */
export interface OrderUpdated extends OrderEventHeader {
  readonly type: 'order_updated';
  /** The new total quantity, what has traded included. */
  readonly quantity: DecimalText;
  readonly price?: DecimalText | undefined;
  readonly triggerPrice?: DecimalText | undefined;
}

/** Who gave the liquidity that a fill took. */
export const LIQUIDITY_SIDES = ['MAKER', 'TAKER', 'NO_LIQUIDITY_SIDE'] as const;
export type LiquiditySide = (typeof LIQUIDITY_SIDES)[number];

/**
 * A fill: the order traded, in part or whole (FIX Execution Report of a trade). `leavesQuantity` `'0'` means whole.
 *
 * (`instrumentId`, `tradeId`) is unique: a fill that arrives again, as after a reconnect, is recognised by it.
 */
export interface OrderFilled extends OrderEventHeader {
  readonly type: 'order_filled';
  readonly tradeId: string;
  readonly side: OrderSide;
  /** Of this fill (FIX `LastPx`). */
  readonly lastPrice: DecimalText;
  /** Of this fill (FIX `LastQty`). */
  readonly lastQuantity: DecimalText;
  /** Of the order so far, this fill included (FIX `CumQty`). */
  readonly cumulativeQuantity: DecimalText;
  /** What of the order still works (FIX `LeavesQty`). */
  readonly leavesQuantity: DecimalText;
  readonly liquiditySide: LiquiditySide;
  /** The fee of this fill; negative is a rebate. Absent: told later, or not at all. */
  readonly commission?: DecimalText | undefined;
  readonly commissionCurrency?: string | undefined;
}

/** Everything that may happen to an order. Told apart by `type`; `statusAfter` says what it makes of the order. */
export type OrderEvent = OrderLifecycleEvent | OrderRefusedEvent | OrderUpdated | OrderFilled;

/** The tags by which order events are told apart: `order_accepted`, `order_filled` and so on. */
export type OrderEventType = OrderEvent['type'];

/**
 * Reads an order event from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_ORDER`, with all problems among its `issues`.
 */
export function parseOrderEvent(input: unknown): OrderEvent {
  const type = readTag(input);
  const schema = type === undefined ? undefined : SCHEMAS.get(type);
  if (schema !== undefined) return parseWith(schema, input, FAILURE);
  throw new ValidationError('INVALID_ORDER', {
    path: 'type',
    expected: `one of ${[...SCHEMAS.keys()].join(', ')}`,
    received: showValue(type),
    hint: 'Order events are objects told apart by their type.',
  });
}

const header = {
  ...eventHeader,
  strategyId: identifier,
  instrumentId,
  clientOrderId: identifier,
  venueOrderId: identifier.optional(),
  accountId: identifier.optional(),
};

const LIFECYCLE_TYPES = [
  'order_submitted',
  'order_accepted',
  'order_triggered',
  'order_pending_cancel',
  'order_pending_replace',
  'order_canceled',
  'order_expired',
] as const satisfies readonly OrderLifecycleEvent['type'][];

const REFUSED_TYPES = [
  'order_denied',
  'order_rejected',
  'order_cancel_rejected',
  'order_replace_rejected',
] as const satisfies readonly OrderRefusedEvent['type'][];

const lifecycleSchema: z.ZodType<OrderLifecycleEvent> = z.object({
  type: oneOf(LIFECYCLE_TYPES),
  ...header,
  reason: reason.optional(),
});

const refusedSchema: z.ZodType<OrderRefusedEvent> = z.object({ type: oneOf(REFUSED_TYPES), ...header, reason });

const updatedSchema: z.ZodType<OrderUpdated> = z.object({
  type: tag('order_updated'),
  ...header,
  quantity: positive,
  price: decimal.optional(),
  triggerPrice: decimal.optional(),
});

const fillIsPartOfTotal: Rule<OrderFilled> = ({ lastQuantity, cumulativeQuantity }) => {
  if (
    lastQuantity === undefined ||
    cumulativeQuantity === undefined ||
    compareDecimals(cumulativeQuantity, lastQuantity) >= 0
  )
    return undefined;
  return {
    path: 'cumulativeQuantity',
    expected: `at least lastQuantity, ${lastQuantity}`,
    received: `"${cumulativeQuantity}"`,
  };
};

const commissionHasCurrency: Rule<OrderFilled> = ({ commission, commissionCurrency }) => {
  if ((commission === undefined) === (commissionCurrency === undefined)) return undefined;
  return {
    path: 'commissionCurrency',
    expected: 'commission and commissionCurrency both given or both absent',
    received: 'one of them',
  };
};

const filledSchema: z.ZodType<OrderFilled> = withRules<OrderFilled>(
  z.object({
    type: tag('order_filled'),
    ...header,
    tradeId: identifier,
    side: oneOf(ORDER_SIDES),
    lastPrice: decimal,
    lastQuantity: positive,
    cumulativeQuantity: positive,
    leavesQuantity: quantity,
    liquiditySide: oneOf(LIQUIDITY_SIDES),
    commission: decimal.optional(),
    commissionCurrency: identifier.optional(),
  }),
  fillIsPartOfTotal,
  commissionHasCurrency,
);

const SCHEMAS: ReadonlyMap<string, z.ZodType<OrderEvent>> = new Map<OrderEventType, z.ZodType<OrderEvent>>([
  ...LIFECYCLE_TYPES.map((type) => [type, lifecycleSchema] as const),
  ...REFUSED_TYPES.map((type) => [type, refusedSchema] as const),
  ['order_updated', updatedSchema],
  ['order_filled', filledSchema],
]);

const FAILURE: Failure = {
  code: 'INVALID_ORDER',
  hint: 'Quantities and prices are decimal text; a fill says what is left of the order.',
};
