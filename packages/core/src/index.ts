// Message bus
export { MessageBus } from './message-bus/message-bus.ts';
export type { HandlerFailure, MessageBusOptions } from './message-bus/options.ts';
export type {
  NamesOfTemplate,
  PayloadOfTemplate,
  TemplateArgument,
  TopicOfTemplate,
} from './message-bus/switchboard-template.ts';
export type { Switchboard } from './message-bus/switchboard.ts';

// Errors
export { BusError, type BusErrorCode, type BusErrorDetails } from './errors.ts';

// Platform
export { seededRandom, systemRandom } from './platform/random.ts';
export { systemClock } from '@tradewind/core-types';

// Scheduling
export { weightedScheduler, type LaneShares } from './client/lanes/weighted-scheduler.ts';

// Transport
export type { InMemoryBrokerOptions } from './transport/broker-options.ts';
export { InMemoryBroker, type InMemoryTransportOptions } from './transport/in-memory-broker.ts';
export { jsonCodec } from '@tradewind/core-types';
export { TransportFailure, type TransportFailureDetails } from './transport/transport-failure.ts';

// Buffered client
export { BufferedMessageBusClient } from './client/buffered-message-bus-client.ts';
export type {
  ClientEventMap,
  DropEvent,
  LossEvent,
  PathEvent,
  WaterMarkEvent,
  WorkersScaledEvent,
} from './client/observing/client-events.ts';
export { closeOnSignals, type CloseOnSignalsOptions } from './client/close-on-signals.ts';
export type { BufferedMessageBusClientOptions, LaneConfiguration } from './client/options.ts';
export type { RetryPolicy } from './client/delivering/retry-policy.ts';
