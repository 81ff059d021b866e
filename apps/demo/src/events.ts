import type {
  Bar,
  BookDeltas,
  BookSnapshot,
  FundingRate,
  Instrument,
  MarketEvent,
  MarketTopics,
  OrderEvent,
  Quote,
  SubmitOrder,
  Ticker,
  TimestampNs,
  Trade,
} from '@tradewind/core-types';

/** How long one order operation took between its request and the venue's confirmation, as measured from one place. */
export interface OrderLatencySample {
  readonly type: 'order_latency';
  readonly venue: string;
  /** Where it was measured from. */
  readonly place: string;
  readonly operation: 'create' | 'cancel' | 'execute';
  readonly latencyMs: number;
  readonly tsEventNs: TimestampNs;
}

/** An event whose place in its stream is given when it is published, since only then the order of the stream is known. */
export type Unnumbered<T> = T extends unknown ? Omit<T, 'sequence'> : never;

/** What a feed may say of a market. */
export type FeedMarketEvent =
  | Quote
  | Trade
  | Ticker
  | BookSnapshot
  | BookDeltas
  | Instrument
  | FundingRate
  | OrderLatencySample;

/** What a feed brings: market data, and what becomes of the desk's own orders. */
export type FeedEvent = FeedMarketEvent | Unnumbered<OrderEvent>;

/** An order on its way: wanted by a strategy, or let pass by the risk check. */
export interface OrderCommandStep {
  readonly type: 'order_command';
  readonly step: 'check' | 'execute';
  readonly order: SubmitOrder;
}

/** What the timeline publishes: what the feed brings, and what subscribers make of it. */
export type Publication = FeedEvent | Bar | OrderCommandStep;

/** Everything that travels over the demo's bus. Told apart by `type`. */
export type DemoEvent = MarketEvent | OrderLatencySample | SubmitOrder | OrderEvent;

/** The kinds that are counted one by one: orders before and after the risk check are two, all order events are one. */
export const EVENT_KINDS = [
  'quote',
  'trade',
  'book_deltas',
  'book_snapshot',
  'ticker',
  'bar',
  'instrument',
  'funding_rate',
  'order_latency',
  'order_check',
  'order_execution',
  'order_event',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The topics of the demo: the standard ones of markets and orders, and its own. */
export interface DemoTopics extends MarketTopics {
  /** An order that a strategy wants, before the risk check. */
  readonly [check: `commands.orders.check.${string}`]: SubmitOrder;
  /** An order that the risk check let pass, by venue. */
  readonly [execute: `commands.orders.execute.${string}`]: SubmitOrder;
  readonly [measurement: `measurements.latency.${string}.${string}`]: OrderLatencySample;
}
