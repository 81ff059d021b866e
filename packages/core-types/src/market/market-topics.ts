import type { Bar } from './bar.ts';
import type { BookDeltas } from './book-deltas.ts';
import type { BookSnapshot } from './book-snapshot.ts';
import type { FundingRate } from './funding-rate.ts';
import type { InstrumentStatus } from './instrument-status.ts';
import type { Instrument } from './instrument.ts';
import type { AccountSnapshot } from './orders/account-snapshot.ts';
import type { OrderEvent } from './orders/order-event.ts';
import type { PositionSnapshot } from './orders/position-snapshot.ts';
import type { Quote } from './quote.ts';
import type { Ticker } from './ticker.ts';
import type {
  AccountEventsTopic,
  BarTopic,
  BookDeltasTopic,
  BookSnapshotTopic,
  FundingRateTopic,
  InstrumentStatusTopic,
  InstrumentTopic,
  OrderEventsTopic,
  PositionEventsTopic,
  QuoteTopic,
  TickerTopic,
  TradeTopic,
} from './topics.ts';
import type { Trade } from './trade.ts';

/**
 * What each standard topic carries: the topic map of a bus for market data and orders.
 *
 * Extend it for a system's own topics:
 *
 * ```ts
 * interface MyTopics extends MarketTopics {
 *   readonly 'alerts.spread': SpreadAlert;
 * }
 * ```
 */
export interface MarketTopics {
  readonly [topic: QuoteTopic]: Quote;
  readonly [topic: TradeTopic]: Trade;
  readonly [topic: TickerTopic]: Ticker;
  readonly [topic: BookSnapshotTopic]: BookSnapshot;
  readonly [topic: BookDeltasTopic]: BookDeltas;
  readonly [topic: BarTopic]: Bar;
  readonly [topic: InstrumentTopic]: Instrument;
  readonly [topic: InstrumentStatusTopic]: InstrumentStatus;
  readonly [topic: FundingRateTopic]: FundingRate;
  readonly [topic: OrderEventsTopic]: OrderEvent;
  readonly [topic: PositionEventsTopic]: PositionSnapshot;
  readonly [topic: AccountEventsTopic]: AccountSnapshot;
}
