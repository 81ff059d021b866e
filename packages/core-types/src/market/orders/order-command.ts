import * as z from 'zod';
import { ValidationError, showValue } from '../../vocabulary/errors.ts';
import type { DecimalText } from '../decimal.ts';
import { decimal, identifier, instrumentId, oneOf, positive, tag, timestamp } from '../fields.ts';
import type { InstrumentId } from '../instrument-id.ts';
import type { TimestampNs } from '../nanoseconds.ts';
import { parseWith, readTag, withRules, type Failure, type Rule } from '../schema.ts';
import {
  ORDER_SIDES,
  orderTerms,
  orderTermsRules,
  type LooseOrderTerms,
  type OrderSide,
  type OrderTerms,
} from './order-terms.ts';

/** Who wants something, and when they said so. */
export interface OrderCommandHeader {
  readonly strategyId: string;
  /** The account to trade in, where an adapter has several. */
  readonly accountId?: string | undefined;
  /** This system's clock when the command was made. */
  readonly tsInitNs: TimestampNs;
}

/** A command about one order. */
export interface SingleOrderCommandHeader extends OrderCommandHeader {
  readonly instrumentId: InstrumentId;
  /** The order's name, given by the sender and never used twice, not even after a restart: it is what makes a submit idempotent. */
  readonly clientOrderId: string;
}

/** Send an order to the venue (FIX New Order Single). */
export type SubmitOrder = SingleOrderCommandHeader & OrderTerms & { readonly type: 'submit_order' };

/** Take an order back as far as it has not traded (FIX Order Cancel Request). */
export interface CancelOrder extends SingleOrderCommandHeader {
  readonly type: 'cancel_order';
  /** The venue's own name of the order, where it is known. */
  readonly venueOrderId?: string | undefined;
}

/** Change quantity or prices of a working order (FIX Order Cancel/Replace Request). At least one of the three is given. */
export interface ReplaceOrder extends SingleOrderCommandHeader {
  readonly type: 'replace_order';
  readonly venueOrderId?: string | undefined;
  /** The new total quantity, what has traded included. */
  readonly quantity?: DecimalText | undefined;
  readonly price?: DecimalText | undefined;
  readonly triggerPrice?: DecimalText | undefined;
}

/** Take back all orders of a strategy: of one instrument and side, where these are given. */
export interface CancelAllOrders extends OrderCommandHeader {
  readonly type: 'cancel_all_orders';
  readonly instrumentId?: InstrumentId | undefined;
  readonly side?: OrderSide | undefined;
}

/** What a strategy may ask of an execution engine or adapter. Told apart by `type`. */
export type OrderCommand = SubmitOrder | CancelOrder | ReplaceOrder | CancelAllOrders;

/**
 * Reads an order command from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_ORDER`, with all problems among its `issues`.
 */
export function parseOrderCommand(input: unknown): OrderCommand {
  switch (readTag(input)) {
    case 'submit_order':
      return parseSubmitOrder(input);
    case 'cancel_order':
      return parseWith(cancelSchema, input, FAILURE);
    case 'replace_order':
      return parseWith(replaceSchema, input, FAILURE);
    case 'cancel_all_orders':
      return parseWith(cancelAllSchema, input, FAILURE);
    default:
      throw new ValidationError('INVALID_ORDER', {
        path: 'type',
        expected: 'submit_order, cancel_order, replace_order or cancel_all_orders',
        received: showValue(readTag(input)),
        hint: 'Order commands are objects told apart by their type.',
      });
  }
}

/**
 * Reads an order to be sent from unknown input.
 *
 * @throws ValidationError `INVALID_ORDER`, with all problems among its `issues`.
 */
export function parseSubmitOrder(input: unknown): SubmitOrder {
  // The rules of the schema have just shown what the stricter type says.
  return parseWith(submitSchema, input, FAILURE) as SubmitOrder;
}

type LooseSubmitOrder = SingleOrderCommandHeader & LooseOrderTerms & { readonly type: 'submit_order' };

const commandHeader = { strategyId: identifier, accountId: identifier.optional(), tsInitNs: timestamp };
const singleOrderHeader = { ...commandHeader, instrumentId, clientOrderId: identifier };

const submitSchema: z.ZodType<LooseSubmitOrder> = withRules<LooseSubmitOrder>(
  z.object({ type: tag('submit_order'), ...singleOrderHeader, ...orderTerms }),
  ...orderTermsRules,
);

const cancelSchema: z.ZodType<CancelOrder> = z.object({
  type: tag('cancel_order'),
  ...singleOrderHeader,
  venueOrderId: identifier.optional(),
});

const changesSomething: Rule<ReplaceOrder> = ({ quantity, price, triggerPrice }) =>
  (quantity ?? price ?? triggerPrice)
    ? undefined
    : { path: 'quantity', expected: 'a new quantity, price or triggerPrice', received: 'none of them' };

const replaceSchema: z.ZodType<ReplaceOrder> = withRules<ReplaceOrder>(
  z.object({
    type: tag('replace_order'),
    ...singleOrderHeader,
    venueOrderId: identifier.optional(),
    quantity: positive.optional(),
    price: decimal.optional(),
    triggerPrice: decimal.optional(),
  }),
  changesSomething,
);

const cancelAllSchema: z.ZodType<CancelAllOrders> = z.object({
  type: tag('cancel_all_orders'),
  ...commandHeader,
  instrumentId: instrumentId.optional(),
  side: oneOf(ORDER_SIDES).optional(),
});

const FAILURE: Failure = { code: 'INVALID_ORDER', hint: 'Nothing was sent: mend the command and send it again.' };
