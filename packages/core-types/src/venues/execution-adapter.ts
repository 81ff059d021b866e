import type { AccountSnapshot } from '../market/orders/account-snapshot.ts';
import type { CancelAllOrders, CancelOrder, ReplaceOrder, SubmitOrder } from '../market/orders/order-command.ts';
import type { OrderEvent } from '../market/orders/order-event.ts';
import type { OrderType, TimeInForce, TriggerType } from '../market/orders/order-terms.ts';
import type { PositionSnapshot } from '../market/orders/position-snapshot.ts';
import type { StreamListener, StreamSubscription, VenueCallOptions } from './stream.ts';

/** What a venue takes. Constant from `connect` on; before it, what the adapter offers at best. */
export interface ExecutionCapabilities {
  readonly orderTypes: readonly OrderType[];
  readonly timesInForce: readonly TimeInForce[];
  readonly triggerTypes: readonly TriggerType[];
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** How `replace` works: at the venue, keeping what the venue lets it keep; as a cancel and a new order; or not at all. */
  readonly replace: 'native' | 'cancel-and-submit' | 'none';
  /** Whether positions are reported; false at spot venues. */
  readonly positions: boolean;
}

/**
 * Sends commands about orders. Part of {@link ExecutionAdapter}.
 *
 * A promise says what became of the command on its way, an event says what became of the order. Each of the four resolves when the venue
 * has acknowledged that it got the command, which is not yet a yes: `order_accepted`, `order_rejected` and so on come as events, perhaps
 * before the promise resolves. Each rejects with a `VenueError`:
 *
 * - `mayHaveBeenSent` false: the venue never saw it. No event follows; the order is what it was.
 * - `mayHaveBeenSent` true (a `TIMEOUT`, a connection lost in between): in doubt. The adapter finds out by itself on reconnecting and
 *   sends the event; whoever cannot wait takes a snapshot. Sending a *new* order in its place is the mistake that doubles a position.
 *
 * Common codes: `NOT_CONNECTED`, `NOT_SUPPORTED`, `RATE_LIMITED`, `TIMEOUT`, `VENUE_UNAVAILABLE`, `VENUE_REFUSED`, `PERMISSION_DENIED`,
 * `ABORTED`, `CLOSED`. An adapter sends a command at most once: it never retries one that may have been sent, never rounds a price or
 * size to the grid (the caller has the tick and lot; a value beside them is `VENUE_REFUSED` before anything is sent), and keeps the order
 * of the calls about one order.
 */
export interface OrderGateway {
  /** Sends a new order. `DUPLICATE_ORDER` when its `clientOrderId` was used before; nothing is sent then. `order_submitted` comes before the promise settles. */
  submit(command: SubmitOrder, options?: VenueCallOptions): Promise<void>;
  /** Asks for a cancel. `UNKNOWN_ORDER` when the order is not known or closed. A fill may overtake it: then `order_cancel_rejected` follows. */
  cancel(command: CancelOrder, options?: VenueCallOptions): Promise<void>;
  /** Asks for a change. `UNKNOWN_ORDER` as above; `NOT_SUPPORTED` where `capabilities().replace` is `none`. */
  replace(command: ReplaceOrder, options?: VenueCallOptions): Promise<void>;
  /**
   * Asks to cancel every open order that matches, those included that this process did not send, where the venue can; resolves when all are
   * acknowledged. Each order gets its own event. It is the call for an emergency: it is never held back by the adapter's own rate limiter.
   */
  cancelAll(command: CancelAllOrders, options?: VenueCallOptions): Promise<void>;
}

/** Reads the account. Part of {@link ExecutionAdapter}. */
export interface AccountReader {
  /**
   * Asks the venue for balances, positions and open orders as they stand: at start, after `gapBefore`, and when in doubt.
   *
   * Its `sequence` is that of the last order event that it includes: events after it come on top. Rejects with `NOT_CONNECTED`,
   * `RATE_LIMITED`, `TIMEOUT`, `VENUE_UNAVAILABLE`, `PERMISSION_DENIED`, `ABORTED` or `CLOSED`.
   */
  snapshot(options?: VenueCallOptions): Promise<AccountSnapshot>;
}

/** What an execution adapter tells of its own accord. */
export type ExecutionEvent = OrderEvent | PositionSnapshot | AccountSnapshot;

/** Tells what happens to orders, positions and balances. Part of {@link ExecutionAdapter}. */
export interface ExecutionEventSource {
  /**
   * Adds a listener: call it before `connect`, so that nothing is missed. Never fails. With several, each gets every event, in the order in
   * which they were added.
   *
   * - Events of one order come in the order of the venue; a fill comes once, whatever the venue repeats (by instrument and `tradeId`).
   * - `sequence` counts all events of the account one by one from 1, across reconnects.
   * - After a reconnect the adapter asks for what it missed and sends it as events. What it cannot recover it marks with `gapBefore`; then
   *   the listener takes a snapshot.
   * - Orders that this process did not send (by hand, by another process) come too, with the strategy `EXTERNAL`.
   */
  events(listener: StreamListener<ExecutionEvent>): StreamSubscription;
}

/** The connection of an execution adapter. Part of {@link ExecutionAdapter}; the same rules as a `DataAdapter`'s. */
export interface VenueConnection {
  /** The venue of all its instruments, such as `KRAKEN`. */
  readonly venue: string;
  /** What can be asked of it. Cheap, never fails, may be called at any time. */
  capabilities(): ExecutionCapabilities;
  /**
   * Opens the connection and brings the order events up to date. Called once; a second call returns the first one's promise.
   * Rejects with `AUTHENTICATION_FAILED`, `PERMISSION_DENIED`, `VENUE_UNAVAILABLE`, `TIMEOUT`, `ABORTED` or `CLOSED`; then nothing is left
   * open, and it may be called again. Losing the connection later is told through `onState`.
   */
  connect(options?: VenueCallOptions): Promise<void>;
  /**
   * Ends streams (`ended`) and the connection. Waits up to 5 seconds for the answers to commands that are under way; those without one
   * reject with `CLOSED` and `mayHaveBeenSent` true. Never rejects, and never cancels an order: whether orders outlive a process is the
   * owner's decision, who calls `cancelAll` first. Calling it again returns the same promise.
   */
  close(): Promise<void>;
}

/**
 * Trades at one venue with one account. To be implemented for each venue; an intersection of four small contracts, so that a gateway
 * that only sends, or a reader of accounts, can be had alone.
 *
 * What a `DataAdapter` must not do, it must not do either; and it must never write an order, a key or a balance to a log above `debug`.
 */
export type ExecutionAdapter = VenueConnection & OrderGateway & AccountReader & ExecutionEventSource;
