import type { CloseOptions } from './buffered-client.ts';
import type { Headers } from '../vocabulary/message.ts';
import type { Priority } from '../vocabulary/priority.ts';

/** What a transport promises; also the feature flags of its conformance suite. */
export interface TransportCapabilities {
  /** What was stored outlives the processes. */
  readonly durable: boolean;
  /** Consumers of one group share the messages. */
  readonly groups: boolean;
  /** What was not settled is delivered again, with a higher `deliveryCount`. */
  readonly redelivery: boolean;
  /** Messages of one ordering key and priority arrive in the order in which they were published. */
  readonly orderPerKey: boolean;
  /** What was settled with an error too often is put aside, with its cause. */
  readonly deadLetters: boolean;
}

/** A message as it crosses processes. */
export interface TransportMessage {
  readonly topic: string;
  readonly payload: unknown;
  readonly priority: Priority;
  readonly producer: string;
  readonly sequence: number;
  readonly publishedAtMs: number;
  readonly orderingKey?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly expiresAtMs?: number | undefined;
  readonly headers?: Headers | undefined;
}

/** Messages of one lane, in publish order; at least one. The client packs; the transport does not unpack to send. */
export interface OutgoingBatch {
  readonly priority: Priority;
  readonly messages: readonly TransportMessage[];
}

export interface ReceivedMessage extends TransportMessage {
  /** 1 the first time. */
  readonly deliveryCount: number;
}

/** Messages of one lane as they come in; at least one. */
export interface IncomingBatch {
  readonly priority: Priority;
  readonly messages: readonly ReceivedMessage[];
  /**
   * Says what became of one message; to be called once for each, in any order, at any time until the consumer is closed.
   * Without an error it is acknowledged. With one it is delivered again or, after the transport's own bound, dead-lettered.
   */
  settle(index: number, error?: unknown): void;
}

/** Where a new consumer (or a new group) starts: with what is published from now on, or with the oldest that is kept. */
export type ConsumeFrom = 'now' | 'oldest';

export interface ConsumeOptions {
  /** Consumers of one group share the messages; without a group each gets everything. */
  readonly group?: string | undefined;
  /** Unique within its group. */
  readonly consumer: string;
  readonly patterns: readonly string[];
  readonly from: ConsumeFrom;
}

/** A running consumption. */
export interface Consumer {
  /** Replaces the patterns: resolves when messages published from now on are chosen by the new ones. */
  setPatterns(patterns: readonly string[]): Promise<void>;
  /** Brings no further batch, waits for open settlements until the deadline, and gives the rest back for redelivery. */
  close(options?: CloseOptions): Promise<void>;
}

export type TransportErrorCode =
  | 'TRANSPORT_CLOSED'
  | 'TRANSPORT_UNAVAILABLE'
  | 'TRANSPORT_TIMEOUT'
  | 'TRANSPORT_FULL'
  | 'TRANSPORT_DENIED'
  | 'PAYLOAD_NOT_ENCODABLE'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOPIC_NOT_ALLOWED';

/** How a transport fails. Each transport has its own class with these members; tell it by `code`. */
export interface TransportError extends Error {
  readonly code: TransportErrorCode;
  /** Whether trying the same again may succeed. */
  readonly retryable: boolean;
  /** Whether messages of the batch may have been stored all the same. A transport that deduplicates by (producer, sequence) makes a retry safe even then. */
  readonly mayHaveBeenStored: boolean;
  /** The indexes in the batch that can never be stored (not encodable, too large), while all others were. Undefined: it concerns the whole batch. */
  readonly rejectedIndexes?: readonly number[] | undefined;
}

/**
 * Carries batches of messages between buses. One object serves one client.
 */
export interface Transport {
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  /**
   * Stores a batch. Called with the next batch while earlier ones are in flight; batches of one priority keep their order.
   * Always settles, within the transport's own deadline: resolved means stored; otherwise it rejects with a {@link TransportError}.
   */
  publish(batch: OutgoingBatch): Promise<void>;
  /**
   * Starts bringing messages. `onBatch` resolves when the receiver has room for more: until then no further batch of that lane is brought.
   * It must not reject; when it does, the batch counts as not settled.
   */
  consume(options: ConsumeOptions, onBatch: (batch: IncomingBatch) => Promise<void>): Promise<Consumer>;
  /** Closes its consumers and connections. Calling it again returns the same promise. */
  close(options?: CloseOptions): Promise<void>;
}
