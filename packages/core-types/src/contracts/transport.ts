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
  /** A failed message can be put aside, with its cause. */
  readonly deadLetters: boolean;
  /** For how long a batch may be offered again without being stored twice, in milliseconds. 0: never; `Infinity`: always. */
  readonly deduplicationMs: number;
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

/**
 * Messages of one lane, in publish order; at least one. The client packs; the transport does not unpack to send.
 * The messages are immutable and may be kept.
 */
export interface OutgoingBatch {
  readonly priority: Priority;
  /** Counts the batches of one client, path and priority from 1 without gaps. A batch that is offered again has the same number and the same messages. */
  readonly batchSequence: number;
  readonly messages: readonly TransportMessage[];
}

/** A message as it comes out of a transport, with the number of times it was handed to a consumer. */
export interface ReceivedMessage extends TransportMessage {
  /** 1 the first time. */
  readonly deliveryCount: number;
}

/** How a message failed, and what shall become of it. */
export interface SettlementFailure {
  /** Anything that was thrown, `undefined` included. */
  readonly error: unknown;
  /** `redeliver`: it comes again, with a higher `deliveryCount`. `deadLetter`: it is written there first and acknowledged then; while the write fails it is not acknowledged. */
  readonly next: 'redeliver' | 'deadLetter';
  /** The subscription that failed (the first of several). */
  readonly subscriptionId?: string | undefined;
  /** Attempts of that subscription, local retries included. */
  readonly attempts?: number | undefined;
}

/** Messages of one lane as they come in; at least one. */
export interface IncomingBatch {
  readonly priority: Priority;
  readonly messages: readonly ReceivedMessage[];
  /** Aborted when its messages went to another consumer: what has not started must not start, and settling has no effect any more. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Says what became of one message; to be called once for each, in any order, at any time until the consumer is closed.
   * Without a failure it is acknowledged. A transport without the capability that a failure asks for does the next best:
   * it redelivers where it cannot dead-letter, and acknowledges, with a log line, where it can do neither.
   */
  settle(index: number, failure?: SettlementFailure): void;
}

/** Where a new consumer (or a new group) starts: with what is published from now on, or with the oldest that is kept. */
export type ConsumeFrom = 'now' | 'oldest';

/** Who consumes, and what: the group it shares with, its name there, its patterns, and where a newcomer starts. */
export interface ConsumeOptions {
  /** Consumers of one group share the messages; without a group each gets everything. */
  readonly group?: string | undefined;
  /** Unique within its group. */
  readonly consumer: string;
  readonly patterns: readonly string[];
  readonly from: ConsumeFrom;
}

/** Messages that a consumer will never see. Reported, never silent. */
export interface Loss {
  /**
   * `sequenceGap`: the server lost what it had confirmed. `overrun`: retention removed what was not read. `groupRecreated`: the group
   * was gone, and with it what was pending. `undecodable`: bytes that are no batch, put among the dead letters.
   */
  readonly kind: 'sequenceGap' | 'overrun' | 'groupRecreated' | 'undecodable';
  /** How many messages, where it can be told. */
  readonly count: number | 'unknown';
  readonly atMs: number;
  readonly priority?: Priority | undefined;
  readonly producer?: string | undefined;
}

/** Takes what a consumption brings. */
export interface BatchReceiver {
  /**
   * Resolves when there is room for more: until then no further batch of that lane is brought. It must not reject; when it does,
   * the batch counts as not settled.
   */
  onBatch(batch: IncomingBatch): Promise<void>;
  readonly onLoss?: ((loss: Loss) => void) | undefined;
}

/** A running consumption. */
export interface Consumer {
  /** Replaces the patterns: resolves when messages published from now on are chosen by the new ones. */
  setPatterns(patterns: readonly string[]): Promise<void>;
  /** Brings no further batch, waits for open settlements until the deadline, and gives the rest back for redelivery. */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Every way in which a transport says no. Whether a retry may help is not in the code but in `retryable` of the error.
 *
 * | code | meaning |
 * |---|---|
 * | `TRANSPORT_CLOSED` | used after `close` |
 * | `TRANSPORT_UNAVAILABLE` | the server cannot be reached |
 * | `TRANSPORT_TIMEOUT` | no answer within the transport's own deadline |
 * | `TRANSPORT_FULL` | no room: the server, or a group that lags behind, is at its bound |
 * | `TRANSPORT_DENIED` | not permitted: wrong credentials, or a consumer name that is taken in its group |
 * | `TRANSPORT_REFUSED` | the server will not take this batch as it is: out of order, or its number belongs to another batch |
 * | `GROUP_PATTERNS_DIFFER` | consumers of one group have different sets of patterns |
 * | `PAYLOAD_NOT_ENCODABLE` | the codec cannot write the payload |
 * | `PAYLOAD_TOO_LARGE` | the encoded payload is longer than the transport's bound |
 * | `TOPIC_NOT_ALLOWED` | the transport cannot carry a message on this topic |
 */
export type TransportErrorCode =
  | 'TRANSPORT_CLOSED'
  | 'TRANSPORT_UNAVAILABLE'
  | 'TRANSPORT_TIMEOUT'
  | 'TRANSPORT_FULL'
  | 'TRANSPORT_DENIED'
  | 'TRANSPORT_REFUSED'
  | 'GROUP_PATTERNS_DIFFER'
  | 'PAYLOAD_NOT_ENCODABLE'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOPIC_NOT_ALLOWED';

/** A message of a batch that can never be stored, while the others were. */
export interface RejectedMessage {
  readonly index: number;
  readonly code: TransportErrorCode;
  readonly message: string;
}

/** How a transport fails. Each transport has its own class with these members; tell it by `code`, and keep a `default`: codes may be added. */
export interface TransportError extends Error {
  readonly code: TransportErrorCode;
  /** Whether trying the same again may succeed. */
  readonly retryable: boolean;
  /** Whether messages of the batch may have been stored all the same. A transport that deduplicates by (producer, sequence) makes a retry safe even then. */
  readonly mayHaveBeenStored: boolean;
  /** The messages that can never be stored (not encodable, too large), while all others were. Undefined: the error concerns the whole batch. */
  readonly rejected?: readonly RejectedMessage[] | undefined;
}

/**
 * Carries batches of messages between buses. One object serves one client. It connects when it is first used.
 *
 * Groups: clients of one group have the same set of patterns. The group's set is the last one registered; a consumer whose set differs
 * gets no batch while it does, says so in its `health()` where it has one and in the log (`group.patterns-differ`), and never acknowledges
 * what it did not deliver.
 */
export interface Transport {
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  /**
   * Stores a batch. Called with the next batch while earlier ones are in flight; batches of one priority keep their order: after a
   * retryable rejection every later batch of that priority is rejected too, not stored, until the failed one is offered again.
   * Always settles, within the transport's own deadline: resolved means stored; otherwise it rejects with a {@link TransportError}.
   */
  publish(batch: OutgoingBatch): Promise<void>;
  /**
   * Starts bringing messages; resolves when the patterns are in force. May be called more than once.
   * Rejects with a {@link TransportError}.
   */
  consume(options: ConsumeOptions, receiver: BatchReceiver): Promise<Consumer>;
  /** Closes its consumers and connections. Calling it again returns the same promise. */
  close(options?: CloseOptions): Promise<void>;
}
