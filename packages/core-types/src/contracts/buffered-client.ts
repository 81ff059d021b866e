import type { BatchHandler, Headers, Message, MessageMeta } from '../vocabulary/message.ts';
import type { Priority } from '../vocabulary/priority.ts';
import type { Subscription } from '../vocabulary/subscription.ts';
import type {
  PatternArgument,
  PayloadOfPattern,
  PayloadOfTopic,
  TopicArgument,
  TopicMap,
  UntypedTopics,
} from '../vocabulary/topic-map.ts';
import type { Composite, Part } from './operations.ts';
import type { Publisher, SubscribeOptions, Subscriber } from './bus.ts';

/** What a full lane does with one message too many. Every drop is counted by reason and visible. */
export type OverflowPolicy = 'refuse' | 'dropOldest' | 'dropNewest' | 'conflate';

/**
 * How one message travels: how urgent it is, what it keeps its order with, and until when it is worth handling. All of it is optional;
 * a value out of its range throws `INVALID_OPTIONS` or `INVALID_PRIORITY`, and the message is not accepted. A member that is none of
 * these is ignored, because looking for one would cost every message: the compiler finds it where the options are written as a literal.
 */
export interface PublishOptions {
  /** Default NORMAL. */
  readonly priority?: Priority | undefined;
  /** Messages of one key are handled one at a time per subscription, in publish order within (key, priority). Default: the topic. */
  readonly orderingKey?: string | undefined;
  /** Milliseconds since the epoch by the client's `Clock`; checked before each attempt. Default: never. */
  readonly expiresAtMs?: number | undefined;
  readonly correlationId?: string | undefined;
  readonly headers?: Headers | undefined;
  /** Allows plugins to lower, drop or conflate a CRITICAL message. Default false. */
  readonly demotable?: boolean | undefined;
}

/** How two messages are found to be about the same thing, so that the newer replaces the older. */
export type ConflationKey = 'topic' | 'orderingKey' | ((payload: never, meta: MessageMeta) => string);

/** How the deliveries of one subscription run on a buffered client. A value out of its range throws `INVALID_OPTIONS`. */
export interface BufferedSubscribeOptions extends SubscribeOptions {
  /** How many handlers of this subscription may run at once, 1 to 50. One ordering key never runs twice at once. Default 50: the workers are the bound. */
  readonly concurrency?: number | undefined;
  /** While a delivery waits, a newer one with the same conflation key and priority takes its place. Default: off. */
  readonly conflateBy?: ConflationKey | undefined;
  /** Ends the subscription when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** After this time `meta.signal` is aborted and the delivery fails; its worker is free again. Milliseconds. Default: none. */
  readonly handlerTimeoutMs?: number | undefined;
}

/**
 * How a batch subscription gathers: a batch goes to its handler when `maxSize` messages wait, or when the first of them has waited for
 * `maxDelayMs`, whichever comes first. A value out of its range throws `INVALID_OPTIONS`.
 */
export interface BatchOptions extends SubscribeOptions {
  /** 1 to 10,000 messages. */
  readonly maxSize: number;
  /** How long the first message of a batch waits for more, in milliseconds. 0: until the end of the turn. */
  readonly maxDelayMs: number;
}

/** How a consumer that pulls messages one by one is held in check and stopped. A value out of its range throws `INVALID_OPTIONS`. */
export interface MessagesOptions extends SubscribeOptions {
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
  /** How many messages may wait for the next pull, 1 to 100,000; the others wait in their lane. Default 256. */
  readonly maxBuffered?: number | undefined;
}

/** How long a publisher is willing to wait for room in a full lane, beside how its message travels. */
export interface PublishWhenReadyOptions extends PublishOptions {
  /** How long to wait for room, in milliseconds. Default 5,000. Then it rejects with `LANE_FULL` (core). */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Publishing with the patience to wait for room in a full lane. */
export interface PatientPublisher<in out M extends TopicMap = UntypedTopics> {
  /**
   * Resolves when the message is in its lane. Waiters are bounded and served in order; one too many rejects with `TOO_MANY_WAITERS`,
   * one that waited too long with `LANE_FULL`, an aborted one with `ABORTED` (all core).
   */
  publishWhenReady<const T extends string>(
    topic: TopicArgument<M, T>,
    payload: PayloadOfTopic<M, T>,
    options?: PublishWhenReadyOptions,
  ): Promise<void>;
}

/** Taking many messages at once, or one by one at the consumer's own pace. */
export interface BulkSubscriber<in out M extends TopicMap = UntypedTopics> {
  /** Calls `handler` with what has gathered. When it fails, each message of the batch has failed. */
  subscribeBatch<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    handler: BatchHandler<PayloadOfPattern<M, P, Q>>,
    options: BatchOptions,
  ): Subscription;
  /** Messages to iterate over with `for await`. A message is handled when the next one is pulled; leaving the loop ends the subscription. */
  messages<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    options?: MessagesOptions,
  ): AsyncIterableIterator<Message<PayloadOfPattern<M, P, Q>>>;
}

/**
 * How much time a close may take. Nothing that is unsettled when it is over is lost silently: a client counts it in its
 * {@link CloseReport}, a consumer gives it back to its transport for redelivery.
 */
export interface CloseOptions {
  /** How long to drain what was accepted, in milliseconds from now. Default 5,000. */
  readonly deadlineMs?: number | undefined;
  /** Gives up draining at once when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What was left when a client closed. All zero: everything accepted was settled. */
export interface CloseReport {
  /** Messages still in lanes, by priority: CRITICAL, HIGH, NORMAL, LOW. */
  readonly queued: readonly [number, number, number, number];
  /** Deliveries whose handler was still running, parked behind one, or waiting for a retry. */
  readonly unsettled: number;
}

/** Something that ends in order: what it accepted is drained until a deadline, and what is left by then is reported, not lost silently. */
export interface Closeable {
  /** Refuses new messages, drains what was accepted, runs waiting retries once without backoff, and reports what was left. Calling it again returns the same promise. */
  close(options?: CloseOptions): Promise<CloseReport>;
}

/** Turning the flow of a client on and off. */
export interface FlowControl {
  /** Resolves when every subscription made before the call is in force on all paths; rejects with the `TransportError` of one that cannot be. At once on a client without paths. */
  ready(): Promise<void>;
  /** Resolves when everything accepted before the call is settled or scheduled for a retry. */
  flush(): Promise<void>;
  /** Stops starting deliveries; publishing goes on filling the lanes. */
  pause(): void;
  resume(): void;
}

/** The buffered client as other packages see it. */
export type BufferedMessageBus<M extends TopicMap = UntypedTopics> = Publisher<M, PublishOptions> &
  PatientPublisher<M> &
  Subscriber<M, MessageMeta, BufferedSubscribeOptions> &
  BulkSubscriber<M> &
  FlowControl &
  Closeable &
  Part &
  Composite &
  AsyncDisposable;
