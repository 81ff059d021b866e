import * as z from 'zod';
import { compareDecimals, type DecimalText } from '../decimal.ts';
import { decimal, identifier, instrumentId, oneOf, quantity, timestamp } from '../fields.ts';
import type { InstrumentId } from '../instrument-id.ts';
import type { TimestampNs } from '../nanoseconds.ts';
import { parseWith, withRules, type Failure, type Rule } from '../schema.ts';
import { ORDER_STATUSES, type OrderStatus } from './order-status.ts';
import { orderTerms, orderTermsRules, type LooseOrderTerms, type OrderTerms } from './order-terms.ts';

/** An order as a venue reports it when asked (NautilusTrader's order status report). What a restart reconciles with. */
export type OrderSnapshot = OrderTerms & OrderProgress;

/** Which order it is and how far it has come. */
export interface OrderProgress {
  readonly instrumentId: InstrumentId;
  readonly venueOrderId: string;
  /** Absent for an order that was not sent by this system. */
  readonly clientOrderId?: string | undefined;
  readonly strategyId?: string | undefined;
  readonly status: OrderStatus;
  readonly filledQuantity: DecimalText;
  /** Of what has traded; null when nothing has, or the venue does not tell. */
  readonly averagePrice: DecimalText | null;
  /** When the venue took it, by the venue's clock; null when it does not tell. */
  readonly tsAcceptedNs: TimestampNs | null;
}

/**
 * Reads an order snapshot from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_ORDER`, with all problems among its `issues`.
 */
export function parseOrderSnapshot(input: unknown): OrderSnapshot {
  // The rules of the schema have just shown what the stricter type says.
  return parseWith(orderSnapshotSchema, input, FAILURE) as OrderSnapshot;
}

type LooseOrderSnapshot = LooseOrderTerms & OrderProgress & { readonly quantity: DecimalText };

const fillsFit: Rule<LooseOrderSnapshot> = ({ quantity: total, filledQuantity }) => {
  if (total === undefined || filledQuantity === undefined || compareDecimals(filledQuantity, total) <= 0)
    return undefined;
  return { path: 'filledQuantity', expected: `at most the quantity, ${total}`, received: `"${filledQuantity}"` };
};

const orderSnapshotSchema: z.ZodType<LooseOrderSnapshot> = withRules<LooseOrderSnapshot>(
  z.object({
    ...orderTerms,
    instrumentId,
    venueOrderId: identifier,
    clientOrderId: identifier.optional(),
    strategyId: identifier.optional(),
    status: oneOf(ORDER_STATUSES),
    filledQuantity: quantity,
    averagePrice: decimal.nullable(),
    tsAcceptedNs: timestamp.nullable(),
  }),
  ...orderTermsRules,
  fillsFit,
);

const FAILURE: Failure = {
  code: 'INVALID_ORDER',
  hint: 'Report the order as the venue holds it, with decimal text for quantities and prices.',
};
