import type { InstrumentTerms } from '../market/instrument-table.ts';
import { ONE } from '../money/fixed-point.ts';

/** Why an order must not be sent. */
export type OrderFault = 'OFF_TICK' | 'OFF_LOT' | 'BELOW_MIN_QUANTITY' | 'BELOW_MIN_NOTIONAL';

/** An order in units of 1e-18, its quantity in base currency. A market order has no price. */
export interface ExactOrder {
  readonly price: bigint | undefined;
  readonly quantity: bigint;
}

/** Why the venue would refuse an order; undefined when it fits tick, lot and minimums. The notional of a market order is not known. */
export function orderFaultOf(terms: InstrumentTerms, { price, quantity }: ExactOrder): OrderFault | undefined {
  if (price !== undefined && (price <= 0n || price % terms.tick !== 0n)) return 'OFF_TICK';
  if (quantity % terms.lot !== 0n) return 'OFF_LOT';
  if (quantity <= 0n || quantity < terms.minQuantity) return 'BELOW_MIN_QUANTITY';
  return price !== undefined && price * quantity < terms.minNotional * ONE ? 'BELOW_MIN_NOTIONAL' : undefined;
}
