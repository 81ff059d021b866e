// Message bus
export { MessageBus } from './message-bus/message-bus.ts';
export type { HandlerFailure, MessageBusOptions } from './message-bus/options.ts';
export type { NamesOfTemplate, PayloadOfTemplate, TemplateArgument, TopicOfTemplate } from './message-bus/switchboard-template.ts';
export type { Switchboard } from './message-bus/switchboard.ts';

// Errors
export { BusError, type BusErrorCode, type BusErrorDetails } from './errors.ts';
