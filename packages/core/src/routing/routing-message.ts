import type { Headers, PathId, Priority, RoutableMessage } from '@tradewind/core-types';

/** What the client tells the chain about a message. The client may reuse one object: the chain copies what it needs before it calls a plugin. */
export interface RoutingInput {
  readonly topic: string;
  readonly payload: unknown;
  readonly sequence: number;
  readonly declaredPriority: Priority;
  readonly publishedAtMs: number;
  readonly orderingKey: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly headers: Headers | undefined;
  /** Whether plugins may lower, drop or conflate it although it is CRITICAL. */
  readonly demotable: boolean;
}

/**
 * What the chain decided. One object is reused for all messages: read it before the next call.
 */
export interface RoutingVerdict {
  readonly priority: Priority;
  /** One of the client's paths; undefined: the default. */
  readonly path: PathId | undefined;
  /** `Infinity`: never. */
  readonly expiresAtMs: number;
  readonly conflateBy: string | undefined;
  readonly dropped: boolean;
  /** The explanation of the plugin that dropped it; empty otherwise. */
  readonly dropReason: string;
  /** Some plugin wanted to lower, drop, conflate or sooner expire a CRITICAL message that is not demotable, and was not heard. */
  readonly demotionDenied: boolean;
}

/** The message as the plugins see it, filled anew for each. */
export class RoutingMessage implements RoutableMessage {
  topic = '';
  payload: unknown = undefined;
  sequence = 0;
  priority: Priority = 2;
  declaredPriority: Priority = 2;
  publishedAtMs = 0;
  orderingKey: string | undefined = undefined;
  expiresAtMs: number | undefined = undefined;
  headers: Headers | undefined = undefined;
  path: PathId | undefined = undefined;

  fill(input: RoutingInput): void {
    this.topic = input.topic;
    this.payload = input.payload;
    this.sequence = input.sequence;
    this.priority = input.declaredPriority;
    this.declaredPriority = input.declaredPriority;
    this.publishedAtMs = input.publishedAtMs;
    this.orderingKey = input.orderingKey;
    this.expiresAtMs = input.expiresAtMs;
    this.headers = input.headers;
    this.path = undefined;
  }

  /** Lets go of what belongs to the publisher, so that a quiet client keeps no payload alive. */
  release(): void {
    this.payload = undefined;
    this.headers = undefined;
  }
}

/** The verdict while it is being made. */
export class MutableVerdict implements RoutingVerdict {
  priority: Priority = 2;
  path: PathId | undefined = undefined;
  expiresAtMs: number = Infinity;
  conflateBy: string | undefined = undefined;
  dropped = false;
  dropReason = '';
  demotionDenied = false;

  /** As the publisher declared it. */
  reset(input: RoutingInput): void {
    this.priority = input.declaredPriority;
    this.path = undefined;
    this.expiresAtMs = input.expiresAtMs ?? Infinity;
    this.conflateBy = undefined;
    this.dropped = false;
    this.dropReason = '';
    this.demotionDenied = false;
  }
}
