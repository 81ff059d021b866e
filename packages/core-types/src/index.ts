// Vocabulary
export {
  ValidationError,
  errorCode,
  showValue,
  type ValidationErrorCode,
  type ValidationErrorDetails,
  type ValidationIssue,
} from './vocabulary/errors.ts';
export { TOPIC_LIMITS } from './vocabulary/limits.ts';
export {
  PRIORITIES,
  PRIORITY_NAMES,
  Priority,
  isPriority,
  parsePriority,
  type PriorityName,
} from './vocabulary/priority.ts';
export { isTopic, parseTopic, topicFault, type NameFault, type Topic } from './vocabulary/topic.ts';
export { hasWildcard, isPattern, parsePattern, patternFault, type Pattern } from './vocabulary/pattern.ts';
export { patternMatches } from './vocabulary/pattern-matching.ts';
export { isEndpoint, parseEndpoint, type Endpoint } from './vocabulary/endpoint.ts';
export {
  messageId,
  type BatchHandler,
  type Handler,
  type Headers,
  type Message,
  type MessageMeta,
  type TopicMeta,
} from './vocabulary/message.ts';
export type { Subscription } from './vocabulary/subscription.ts';
export type {
  KeysOfPattern,
  KeysOfTopic,
  Overlaps,
  PatternArgument,
  PayloadOfPattern,
  PayloadOfTopic,
  TopicArgument,
  TopicMap,
  UntypedTopics,
} from './vocabulary/topic-map.ts';

// Contracts
export type {
  BusCounts,
  EndpointHandler,
  EndpointMeta,
  Endpoints,
  Inspectable,
  MessageBus,
  Publisher,
  RequestOptions,
  SubscribeOptions,
  Subscriber,
  TopicHandle,
  UntypedView,
} from './contracts/bus.ts';
export type {
  BatchOptions,
  BufferedMessageBus,
  BufferedSubscribeOptions,
  BulkSubscriber,
  CloseOptions,
  CloseReport,
  Closeable,
  ConflationKey,
  FlowControl,
  MessagesOptions,
  OverflowPolicy,
  PatientPublisher,
  PublishOptions,
  PublishWhenReadyOptions,
} from './contracts/buffered-client.ts';
export type { Clock, Random, Timer, TimerOptions } from './contracts/clock.ts';
export { checkedDelay, systemClock } from './platform/system-clock.ts';
export type { Codec } from './contracts/codec.ts';
export type { DeadLetter, DeadLetterQuery, DeadLetterStore, RetryResult } from './contracts/dead-letter-store.ts';
export type { DecisionTrace, RoutedDecision, RoutingStep, TraceQuery } from './contracts/decision-trace.ts';
export type { LaneScheduler, LanesView, SchedulingEvent } from './contracts/lane-scheduler.ts';
export type {
  Composite,
  Delegate,
  Health,
  HealthSource,
  HealthStatus,
  Knob,
  KnobPatch,
  Part,
  Reconfigurable,
  Remediable,
  Remedy,
  ReversibleDecision,
  Undoable,
} from './contracts/operations.ts';
export type { DropReason, Outcome, OutcomeKind } from './contracts/outcome.ts';
export type { PayloadSchema, SchemaIssue, SchemaResult } from './contracts/payload-schema.ts';
export {
  factKey,
  type FactKey,
  type PathId,
  type PathLoad,
  type RoutableMessage,
  type RoutingContext,
  type RoutingDecision,
  type RoutingPlugin,
} from './contracts/routing-plugin.ts';
export type { JsonValue, PluginState, StateOwner } from './contracts/state.ts';
export type { TopicCatalog } from './contracts/topic-catalog.ts';
export type { SubscriptionCatalog } from './contracts/subscription-catalog.ts';
export type { LiveOpportunity, LiveOpportunityLeg, OpportunityBook } from './contracts/opportunity-book.ts';
export type {
  ConsumeFrom,
  ConsumeOptions,
  BatchReceiver,
  Consumer,
  IncomingBatch,
  Loss,
  OutgoingBatch,
  ReceivedMessage,
  RejectedMessage,
  SettlementFailure,
  Transport,
  TransportCapabilities,
  TransportError,
  TransportErrorCode,
  TransportMessage,
} from './contracts/transport.ts';

// Codecs
export { jsonCodec } from './codecs/json-codec.ts';

// Observability
export {
  DIAGNOSTIC_CHANNELS,
  type DropDiagnostic,
  type HandleDiagnostic,
  type PublishDiagnostic,
} from './observability/diagnostics.ts';
export { LOG_EVENTS, type LogEvent, type LogLine } from './observability/log-events.ts';
export { silentLogger, type LogFields, type LogMethod, type Logger } from './observability/logger.ts';
export type { HistogramView, MetricLabels, MetricsSink, MetricsSource } from './observability/metrics.ts';
export {
  TRACEPARENT_HEADER,
  formatTraceparent,
  parseTraceparent,
  type TraceParent,
} from './observability/traceparent.ts';

// Market data: exact numbers and moments
export {
  DECIMAL_LIMITS,
  addDecimals,
  compareDecimals,
  createDecimal,
  formatDecimal,
  isDecimalText,
  isMultipleOf,
  multiplyDecimals,
  parseDecimal,
  parseDecimalText,
  subtractDecimals,
  type Decimal,
  type DecimalInput,
  type DecimalText,
} from './market/decimal.ts';
export {
  divideDecimals,
  roundToMultiple,
  type DivisionOptions,
  type RoundingMode,
  type RoundingOptions,
} from './market/decimal-rounding.ts';
export {
  createTickGrid,
  fromLots,
  fromTicks,
  toLots,
  toTicks,
  type LotOptions,
  type TickGrid,
  type TickOptions,
} from './market/ticks.ts';
export {
  MAX_TIMESTAMP_NS,
  parseTimestampNs,
  timestampNsFromIso,
  timestampNsFromMs,
  timestampNsToIso,
  timestampNsToMs,
  type TimestampNs,
} from './market/nanoseconds.ts';

// Market data: instruments and events
export {
  NAME_LIMITS,
  formatInstrumentId,
  parseInstrumentId,
  splitInstrumentId,
  type InstrumentId,
  type InstrumentIdParts,
  type InstrumentRef,
} from './market/instrument-id.ts';
export {
  AGGREGATION_SOURCES,
  BAR_AGGREGATIONS,
  PRICE_TYPES,
  formatBarType,
  parseBarType,
  splitBarType,
  type AggregationSource,
  type BarAggregation,
  type BarType,
  type BarTypeParts,
  type PriceType,
} from './market/bar-type.ts';
export type { EventHeader, MarketEventHeader } from './market/event-header.ts';
export {
  CONTRACT_TYPES,
  INSTRUMENT_KINDS,
  OPTION_KINDS,
  parseInstrument,
  type ContractType,
  type Instrument,
  type InstrumentKind,
  type OptionKind,
} from './market/instrument.ts';
export {
  MARKET_STATUS_ACTIONS,
  parseInstrumentStatus,
  type InstrumentStatus,
  type MarketStatusAction,
} from './market/instrument-status.ts';
export { parseQuote, type Quote } from './market/quote.ts';
export { AGGRESSOR_SIDES, parseTrade, type AggressorSide, type Trade } from './market/trade.ts';
export { parseTicker, type Ticker } from './market/ticker.ts';
export { BOOK_LIMITS, parseBookSnapshot, type BookLevel, type BookSnapshot } from './market/book-snapshot.ts';
export {
  BOOK_ACTIONS,
  BOOK_SIDES,
  BookFlag,
  parseBookDeltas,
  type BookAction,
  type BookDelta,
  type BookDeltas,
  type BookSide,
} from './market/book-deltas.ts';
export { parseBar, type Bar } from './market/bar.ts';
export { parseFundingRate, type FundingRate } from './market/funding-rate.ts';
export { parseMarketEvent, type MarketEvent, type MarketEventOf, type MarketEventType } from './market/market-event.ts';
export { toJsonForm, type JsonForm, type WireObject } from './market/json-form.ts';

// Orders and accounts
export {
  ORDER_SIDES,
  ORDER_TYPES,
  TIMES_IN_FORCE,
  TRIGGER_TYPES,
  type OrderLifetime,
  type OrderPricing,
  type OrderSide,
  type OrderTerms,
  type OrderType,
  type TimeInForce,
  type TriggerType,
} from './market/orders/order-terms.ts';
export {
  parseOrderCommand,
  parseSubmitOrder,
  type CancelAllOrders,
  type CancelOrder,
  type OrderCommand,
  type OrderCommandHeader,
  type ReplaceOrder,
  type SingleOrderCommandHeader,
  type SubmitOrder,
} from './market/orders/order-command.ts';
export {
  ORDER_STATUSES,
  isClosedStatus,
  isOpenStatus,
  statusAfter,
  type OrderStatus,
} from './market/orders/order-status.ts';
export {
  LIQUIDITY_SIDES,
  parseOrderEvent,
  type LiquiditySide,
  type OrderEvent,
  type OrderEventHeader,
  type OrderEventType,
  type OrderFilled,
  type OrderLifecycleEvent,
  type OrderRefusedEvent,
  type OrderUpdated,
} from './market/orders/order-event.ts';
export { parseOrderSnapshot, type OrderProgress, type OrderSnapshot } from './market/orders/order-snapshot.ts';
export { parsePositionSnapshot, type PositionSnapshot } from './market/orders/position-snapshot.ts';
export {
  ACCOUNT_LIMITS,
  parseAccountSnapshot,
  type AccountBalance,
  type AccountSnapshot,
} from './market/orders/account-snapshot.ts';

// Standard topics
export {
  accountEventsTopic,
  barTopic,
  bookDeltasTopic,
  bookSnapshotTopic,
  decodeTopicSegment,
  encodeTopicSegment,
  fundingRateTopic,
  instrumentOfTopic,
  instrumentStatusTopic,
  instrumentTopic,
  orderEventsTopic,
  positionEventsTopic,
  quoteTopic,
  tickerTopic,
  tradeTopic,
  type AccountEventsTopic,
  type BarTopic,
  type BookDeltasTopic,
  type BookSnapshotTopic,
  type FundingRateTopic,
  type InstrumentStatusTopic,
  type InstrumentTopic,
  type OrderEventsTopic,
  type PositionEventsTopic,
  type QuoteTopic,
  type TickerTopic,
  type TradeTopic,
} from './market/topics.ts';
export type { MarketTopics } from './market/market-topics.ts';

// Venues
export type { DataAdapter, DataCapabilities, DataEvent, DataKind, DataRequest } from './venues/data-adapter.ts';
export type {
  AccountReader,
  ExecutionAdapter,
  ExecutionCapabilities,
  ExecutionEvent,
  ExecutionEventSource,
  OrderGateway,
  VenueConnection,
} from './venues/execution-adapter.ts';
export type {
  StreamListener,
  StreamState,
  StreamStateChange,
  StreamSubscription,
  VenueCallOptions,
} from './venues/stream.ts';
export type { VenueError, VenueErrorCode } from './venues/venue-error.ts';
