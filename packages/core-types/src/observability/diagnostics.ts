import type { DropReason } from '../contracts/outcome.ts';
import type { MessageMeta } from '../vocabulary/message.ts';
import type { Priority } from '../vocabulary/priority.ts';

/**
 * Names of the `node:diagnostics_channel` channels. They cost one check while nobody listens. To watch without taking part (a subscription
 * would change the patterns of its group and use workers), listen to `tradewind:handle`.
 *
 * | channel | message | when |
 * |---|---|---|
 * | `tradewind:publish` | {@link PublishDiagnostic} | inside `publish` of a client, before plugins; a listener may add headers |
 * | `tradewind:handle` | {@link HandleDiagnostic} | a tracing channel (`tracing:tradewind:handle:start`, `:end`, `:asyncStart`, `:asyncEnd`, `:error`) around each delivery of a client |
 * | `tradewind:drop` | {@link DropDiagnostic} | for each message given up |
 */
export const DIAGNOSTIC_CHANNELS = {
  publish: 'tradewind:publish',
  handle: 'tradewind:handle',
  drop: 'tradewind:drop',
} as const;

/** Seen while a message is published. `headers` is a fresh object: what a listener adds travels with the message. */
export interface PublishDiagnostic {
  /** The name of the client. */
  readonly client: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly priority: Priority;
  readonly headers: Record<string, string>;
}

/** Seen around a handler: one object for all events of one attempt, so a listener may key a `WeakMap` by it. */
export interface HandleDiagnostic {
  /** The name of the client. */
  readonly client: string;
  readonly payload: unknown;
  readonly meta: MessageMeta;
  readonly subscriptionId: string;
  /** On `end`: whether the handler returned a promise; `asyncEnd` is then the end of the attempt. */
  readonly pending: boolean;
  /** On `error` and after it: what was thrown or rejected. */
  readonly error?: unknown;
}

/** Seen when a message, or one delivery of it, is given up without being handled. Its identity is (`producer`, `sequence`). */
export interface DropDiagnostic {
  /** The name of the client. */
  readonly client: string;
  readonly producer: string;
  readonly sequence: number;
  readonly topic: string;
  readonly priority: Priority;
  readonly reason: DropReason;
}
