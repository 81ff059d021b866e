import {
  formatInstrumentId,
  isClosedStatus,
  statusAfter,
  type Clock,
  type DecimalText,
  type ExecutionEvent,
  type ExecutionEventSource,
  type OrderGateway,
  type StreamSubscription,
} from '@tradewind/core-types';
import type { InstrumentTerms } from '../market/instrument-table.ts';
import { ONE, PLACES, formatFixed, parseFixed } from '../money/fixed-point.ts';
import { timestampOf } from './timestamps.ts';

/** What a coordinator needs of a venue: part of every `ExecutionAdapter`. */
export type ExecutionVenue = OrderGateway & ExecutionEventSource;

/** An order to be sent: at once or not at all, at a limit or at any price. Amounts in 1e-18, the quantity in base currency. */
export interface DeskOrder {
  readonly terms: InstrumentTerms;
  readonly side: 'BUY' | 'SELL';
  readonly limit: bigint | undefined;
  readonly quantity: bigint;
}

/** An order that was sent. */
export interface SentOrder extends DeskOrder {
  readonly clientOrderId: string;
  filled: bigint;
  isClosed: boolean;
}

/** Learns how long venues take to answer: a `LatencyMonitor`. */
export interface RoundTripListener {
  /** The venue answered an order for the first time. `venueNs` is what its own clock says, where it tells. */
  roundTrip(
    venue: string,
    trip: { readonly sentNs: bigint; readonly receivedNs: bigint; readonly venueNs?: bigint | undefined },
  ): void;
  /** It did not in time. */
  failed(venue: string): void;
}

/** What makes a desk. */
export interface OrderDeskOptions {
  readonly venues: Readonly<Record<string, ExecutionVenue>>;
  readonly clock: Clock;
  readonly strategyId: string;
  /** Begins the names of orders: unique per process and start. */
  readonly producer: string;
  /** How long the end of an order is waited for before it is cancelled, and again before it counts as in doubt. */
  readonly orderTimeoutMs: number;
  /** Told of each fill once, also of one that comes long after its order was given up. */
  readonly onFill: (order: SentOrder, quantity: bigint) => void;
  /** Told when an order's end becomes known. */
  readonly onClosed: (order: SentOrder) => void;
  readonly roundTrips?: RoundTripListener | undefined;
}

interface Waiting {
  readonly order: SentOrder;
  readonly trades: Set<string>;
  readonly sentNs: bigint;
  isAnswered: boolean;
  wake: (() => void) | undefined;
}

/**
 * Sends orders and follows each to its end: by its events alone, since a lost acknowledgement says nothing. An order whose end does not come is
 * cancelled once, waited for once more, and then given up as in doubt; no other order is ever sent in its place. It is still listened to.
 */
export class OrderDesk implements Disposable {
  readonly #options: OrderDeskOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #streams: readonly StreamSubscription[];
  #sent = 0;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
    this.#streams = Object.values(options.venues).map((venue) =>
      venue.events({ onEvent: (event) => this.#hear(event) }),
    );
  }

  /** Whether there is a gateway of the venue. */
  knows(venue: string): boolean {
    return Object.hasOwn(this.#options.venues, venue);
  }

  /** Sends an order; resolves when it is closed or in doubt, and never rejects. `onSent` gets it before anything can happen to it. */
  async send(order: DeskOrder, onSent: (sent: SentOrder) => void): Promise<SentOrder> {
    this.#sent += 1;
    const sent: SentOrder = {
      ...order,
      clientOrderId: `${this.#options.producer}-${this.#sent}`,
      filled: 0n,
      isClosed: false,
    };
    const sentNs = timestampOf(this.#options.clock.now());
    const waiting: Waiting = { order: sent, trades: new Set(), sentNs, isAnswered: false, wake: undefined };
    this.#waiting.set(sent.clientOrderId, waiting);
    onSent(sent);
    const gateway = this.#options.venues[order.terms.row.venue] as ExecutionVenue;
    this.#submit(gateway, sent).catch((error: unknown) => {
      // The venue never saw it: that is an end. Otherwise the events will tell.
      if (!mayHaveBeenSent(error)) this.#close(waiting);
    });
    await this.#ended(waiting);
    if (sent.isClosed) return sent;
    if (!waiting.isAnswered) this.#options.roundTrips?.failed(order.terms.row.venue);
    this.#cancel(gateway, sent).catch(() => {
      // Refused or lost, the order's own events decide.
    });
    await this.#ended(waiting);
    return sent;
  }

  /** Stops listening to an order whose end was not heard of. */
  forget(clientOrderId: string): void {
    this.#waiting.delete(clientOrderId);
  }

  [Symbol.dispose](): void {
    for (const stream of this.#streams) stream.unsubscribe();
  }

  async #submit(gateway: ExecutionVenue, order: SentOrder): Promise<void> {
    const { terms, side, limit } = order;
    const quantity = formatFixed((order.quantity * ONE) / terms.contract, PLACES) as DecimalText;
    const shared = { ...this.#header(order), type: 'submit_order', side, quantity, timeInForce: 'IOC' } as const;
    if (limit === undefined) await gateway.submit({ ...shared, orderType: 'MARKET' });
    else await gateway.submit({ ...shared, orderType: 'LIMIT', price: formatFixed(limit, PLACES) as DecimalText });
  }

  async #cancel(gateway: ExecutionVenue, order: SentOrder): Promise<void> {
    await gateway.cancel({ ...this.#header(order), type: 'cancel_order' });
  }

  #header({ clientOrderId, terms }: SentOrder) {
    const tsInitNs = timestampOf(this.#options.clock.now());
    return {
      strategyId: this.#options.strategyId,
      tsInitNs,
      clientOrderId,
      instrumentId: formatInstrumentId(terms.row),
    };
  }

  /** Resolves when the order is closed, or the time for that is over. */
  #ended(waiting: Waiting): Promise<void> {
    if (waiting.order.isClosed) return Promise.resolve();
    const { clock, orderTimeoutMs } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.setTimer(() => waiting.wake?.(), orderTimeoutMs);
      waiting.wake = (): void => {
        waiting.wake = undefined;
        clock.clearTimer(timer);
        resolve();
      };
    });
  }

  #hear(event: ExecutionEvent): void {
    if (!('clientOrderId' in event)) return;
    const waiting = this.#waiting.get(event.clientOrderId);
    if (waiting === undefined || waiting.order.isClosed) return;
    // What is told before the order leaves is no answer.
    if (event.type !== 'order_submitted') this.#answered(waiting, event.tsEventNs);
    if (event.type === 'order_filled' && !waiting.trades.has(event.tradeId)) {
      waiting.trades.add(event.tradeId);
      const quantity = ((parseFixed(event.lastQuantity) ?? 0n) * waiting.order.terms.contract) / ONE;
      waiting.order.filled += quantity;
      this.#options.onFill(waiting.order, quantity);
    }
    const status = statusAfter(event);
    if (status !== undefined && isClosedStatus(status)) this.#close(waiting);
  }

  #answered(waiting: Waiting, venueNs: bigint | null): void {
    if (waiting.isAnswered) return;
    waiting.isAnswered = true;
    const receivedNs = timestampOf(this.#options.clock.now());
    const trip = { sentNs: waiting.sentNs, receivedNs, venueNs: venueNs ?? undefined };
    this.#options.roundTrips?.roundTrip(waiting.order.terms.row.venue, trip);
  }

  #close(waiting: Waiting): void {
    if (waiting.order.isClosed) return;
    waiting.order.isClosed = true;
    this.#waiting.delete(waiting.order.clientOrderId);
    this.#options.onClosed(waiting.order);
    waiting.wake?.();
  }
}

/** Told by the member, not the class: adapters come from elsewhere. What says nothing may have been sent. */
function mayHaveBeenSent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return true;
  return (error as { readonly mayHaveBeenSent?: unknown }).mayHaveBeenSent !== false;
}
