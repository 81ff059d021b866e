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
export { PRIORITIES, PRIORITY_NAMES, Priority, isPriority, parsePriority, type PriorityName } from './vocabulary/priority.ts';
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
export type { Clock, Random, Timer } from './contracts/clock.ts';
export type { Codec } from './contracts/codec.ts';
export type { DeadLetter, DeadLetterQuery, DeadLetterStore, RetryResult } from './contracts/dead-letter-store.ts';
export type { DecisionTrace, RoutedDecision, RoutingStep, TraceQuery } from './contracts/decision-trace.ts';
export type { LaneScheduler, LanesView, SchedulingEvent } from './contracts/lane-scheduler.ts';
export type {
  Health,
  HealthSource,
  HealthStatus,
  Knob,
  KnobPatch,
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
  type RoutableMessage,
  type RoutingContext,
  type RoutingDecision,
  type RoutingPlugin,
} from './contracts/routing-plugin.ts';
export type { JsonValue, PluginState, StateOwner } from './contracts/state.ts';
export type { TopicCatalog } from './contracts/topic-catalog.ts';
export type {
  ConsumeFrom,
  ConsumeOptions,
  Consumer,
  IncomingBatch,
  OutgoingBatch,
  ReceivedMessage,
  Transport,
  TransportCapabilities,
  TransportError,
  TransportErrorCode,
  TransportMessage,
} from './contracts/transport.ts';

// Observability
export {
  DIAGNOSTIC_CHANNELS,
  type DropDiagnostic,
  type HandleDiagnostic,
  type PublishDiagnostic,
} from './observability/diagnostics.ts';
export { LOG_EVENTS, type LogEvent } from './observability/log-events.ts';
export { silentLogger, type LogFields, type LogMethod, type Logger } from './observability/logger.ts';
export type { HistogramView, MetricLabels, MetricsSink, MetricsSource } from './observability/metrics.ts';
export { TRACEPARENT_HEADER, formatTraceparent, parseTraceparent, type TraceParent } from './observability/traceparent.ts';
