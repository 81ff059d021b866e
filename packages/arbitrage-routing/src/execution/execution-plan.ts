import type { Opportunity } from '../lifecycle/opportunity.ts';
import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';
import { MILLION, ONE, leastCommonMultiple, parseFixed } from '../money/fixed-point.ts';
import type { ExecutionRefusal } from './execution-report.ts';
import { orderFaultOf } from './order-check.ts';
import type { DeskOrder } from './order-desk.ts';
import type { ReservationBook } from './reservation-book.ts';

/** An order, and when the book that it takes from was quoted. */
interface QuotedOrder extends DeskOrder {
  readonly quotedAtMs: number;
}

/** What planning looks at. */
export interface PlanContext {
  readonly table: InstrumentTable;
  readonly reservations: ReservationBook;
  /** Whether there is a gateway. */
  readonly knows: (venue: string) => boolean;
  readonly nowMs: number;
  /** The least probability of survival, where one was estimated. */
  readonly minSurvival: number;
}

/**
 * The orders of an opportunity, or why there must be none. Every leg is checked before any is sent; nothing has happened yet when it returns.
 *
 * Of a spread, what other executions have reserved of the same books is taken off both legs. A cycle takes the best level whole or is refused: a smaller round
 * would have to be rounded anew at every step.
 */
export function planExecution(opportunity: Opportunity, context: PlanContext): readonly DeskOrder[] | ExecutionRefusal {
  const { type, expiresAtNs, survival } = opportunity;
  if (type !== 'PRICE_SPREAD' && type !== 'TRIANGULAR') return 'UNSUPPORTED_TYPE';
  if (Number(expiresAtNs) / NS_PER_MS < context.nowMs) return 'EXPIRED';
  if (survival !== undefined && survival.probability < context.minSurvival) return 'UNLIKELY';
  const orders = readLegs(opportunity, context);
  if (typeof orders === 'string') return orders;
  const free = type === 'PRICE_SPREAD' ? lessReserved(orders, context.reservations) : orders;
  if (typeof free === 'string') return free;
  for (const order of free) {
    const fault = orderFaultOf(order.terms, { price: order.limit, quantity: order.quantity });
    if (fault !== undefined) return fault;
  }
  if (type === 'PRICE_SPREAD') return free;
  if (free.some((order) => context.reservations.reserved(order, order.quotedAtMs) > 0n)) return 'RESERVED';
  return gains(free) ? free : 'NO_PROFIT';
}

function readLegs(
  { legs }: Opportunity,
  { knows, table }: PlanContext,
): readonly QuotedOrder[] | 'UNSUPPORTED_TYPE' | 'UNKNOWN_VENUE' | 'UNKNOWN_INSTRUMENT' {
  const orders: QuotedOrder[] = [];
  for (const { venue, symbol, side, limit: limitText, quantity: quantityText, quotedAtNs } of legs) {
    if (!knows(venue)) return 'UNKNOWN_VENUE';
    const terms = table.terms[table.slotOf(venue, symbol)];
    if (terms === undefined) return 'UNKNOWN_INSTRUMENT';
    const [limit, quantity] = [parseFixed(limitText), parseFixed(quantityText)];
    if (limit === undefined || quantity === undefined || quotedAtNs === undefined) return 'UNSUPPORTED_TYPE';
    orders.push({ terms, side, limit, quantity, quotedAtMs: Number(quotedAtNs) / NS_PER_MS });
  }
  return orders.length >= 2 ? orders : 'UNSUPPORTED_TYPE';
}

function lessReserved(
  orders: readonly QuotedOrder[],
  reservations: ReservationBook,
): readonly QuotedOrder[] | 'RESERVED' {
  let reserved = 0n;
  for (const order of orders) {
    const ofLeg = reservations.reserved(order, order.quotedAtMs);
    if (ofLeg > reserved) reserved = ofLeg;
  }
  // What came off the grid stays there: it is a mistake, and is refused when the orders are checked.
  if (reserved === 0n) return orders;
  const step = orders.map(({ terms }) => terms.lot).reduce(leastCommonMultiple);
  const free: QuotedOrder[] = [];
  for (const order of orders) {
    const rest = order.quantity - reserved;
    const quantity = rest - (rest % step);
    if (quantity <= 0n) return 'RESERVED';
    free.push({ ...order, quantity });
  }
  return free;
}

/**
 * Whether a round of whole lots leaves more of its first asset than it takes, at the limits and after all fees. The lots of a step may cost more than the round gains:
 * the figures of a cycle know nothing of lots. What they leave of the other assets is not counted.
 */
function gains(orders: readonly DeskOrder[]): boolean {
  const [first] = orders;
  if (first === undefined) return false;
  const asset = first.side === 'SELL' ? first.terms.row.base : first.terms.row.quote;
  let net = 0n;
  for (const order of orders) {
    const { base, quote } = order.terms.row;
    if (base === asset) net += (order.side === 'BUY' ? order.quantity : -order.quantity) * ONE * MILLION;
    if (quote === asset) net += cashOf(order, order.terms);
  }
  return net > 0n;
}

/** What an order brings, or costs as a negative amount, with its fee: in units of 1e-42. */
function cashOf({ side, limit = 0n, quantity }: DeskOrder, { buyFactor, sellFactor }: InstrumentTerms): bigint {
  return side === 'SELL' ? limit * quantity * sellFactor : -limit * quantity * buyFactor;
}

const NS_PER_MS = 1e6;
