import type { OrderEvent } from './order-event.ts';

/**
 * Where an order is in its life (NautilusTrader's spelling and meaning; FIX `OrdStatus`).
 *
 * | status | |
 * |---|---|
 * | `INITIALIZED` | made, not yet sent |
 * | `DENIED` | refused by this system: risk, or an order that cannot be processed |
 * | `SUBMITTED` | sent, not yet acknowledged |
 * | `ACCEPTED` | acknowledged by the venue, working |
 * | `REJECTED` | refused by the venue |
 * | `TRIGGERED` | a stop that was set off and works as a limit order |
 * | `PENDING_UPDATE`, `PENDING_CANCEL` | a change or cancel was sent, not yet acknowledged |
 * | `PARTIALLY_FILLED`, `FILLED` | traded in part, or whole |
 * | `CANCELED`, `EXPIRED` | ended, perhaps after it traded in part |
 */
export const ORDER_STATUSES = [
  'INITIALIZED',
  'DENIED',
  'SUBMITTED',
  'ACCEPTED',
  'REJECTED',
  'TRIGGERED',
  'PENDING_UPDATE',
  'PENDING_CANCEL',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'EXPIRED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Whether the venue holds the order and it may trade. */
export function isOpenStatus(status: OrderStatus): boolean {
  return OPEN.has(status);
}

/** Whether nothing can happen to the order any more. An order that is neither open nor closed has not been acknowledged. */
export function isClosedStatus(status: OrderStatus): boolean {
  return CLOSED.has(status);
}

/**
 * The status that an event brings an order into; undefined for an event that leaves it what it was before the request
 * (`order_updated`, `order_cancel_rejected`, `order_replace_rejected`).
 */
export function statusAfter(event: OrderEvent): OrderStatus | undefined {
  switch (event.type) {
    case 'order_submitted':
      return 'SUBMITTED';
    case 'order_denied':
      return 'DENIED';
    case 'order_accepted':
      return 'ACCEPTED';
    case 'order_rejected':
      return 'REJECTED';
    case 'order_triggered':
      return 'TRIGGERED';
    case 'order_pending_replace':
      return 'PENDING_UPDATE';
    case 'order_pending_cancel':
      return 'PENDING_CANCEL';
    case 'order_filled':
      return event.leavesQuantity === '0' ? 'FILLED' : 'PARTIALLY_FILLED';
    case 'order_canceled':
      return 'CANCELED';
    case 'order_expired':
      return 'EXPIRED';
    case 'order_updated':
    case 'order_cancel_rejected':
    case 'order_replace_rejected':
      return undefined;
  }
}

const OPEN: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'ACCEPTED',
  'TRIGGERED',
  'PENDING_UPDATE',
  'PENDING_CANCEL',
  'PARTIALLY_FILLED',
]);
const CLOSED: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['DENIED', 'REJECTED', 'CANCELED', 'EXPIRED', 'FILLED']);
