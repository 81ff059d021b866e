import type { EventEmitter } from 'eventemitter3';
import type {
  BatchHandler,
  BatchOptions,
  BufferedMessageBus,
  BufferedSubscribeOptions,
  CloseOptions,
  CloseReport,
  DeadLetterStore,
  DecisionTrace,
  Handler,
  Health,
  HealthSource,
  Knob,
  KnobPatch,
  Message,
  MessageMeta,
  MessagesOptions,
  MetricsSink,
  MetricsSource,
  Part,
  PatternArgument,
  PayloadOfPattern,
  PayloadOfTopic,
  PublishOptions,
  PublishWhenReadyOptions,
  Reconfigurable,
  Subscription,
  SubscriptionCatalog,
  TopicArgument,
  TopicCatalog,
  TopicHandle,
  TopicMap,
  UntypedTopics,
} from '@tradewind/core-types';
import { BatchGatherer } from './subscribing/batch-gatherer.ts';
import type { ClientEventMap } from './observing/client-events.ts';
import { ClientHealth } from './observing/client-health.ts';
import { ClientKnobs } from './client-knobs.ts';
import { collectClientMetrics } from './observing/client-metrics.ts';
import type { ClientHandler, ClientSubscription } from './subscribing/client-subscription.ts';
import { ClientTopicHandle } from './client-topic-handle.ts';
import { Engine } from './engine.ts';
import { resolveClientOptions } from './options-schema.ts';
import type { BufferedMessageBusClientOptions } from './options.ts';
import { closedError } from './publishing/publish-errors.ts';
import { PullReceiver } from './subscribing/pull-receiver.ts';
import { checkBatchOptions, checkMessagesOptions, checkSubscribeOptions } from './subscribing/subscription-registry.ts';

/**
 * The buffered bus: four bounded priority lanes in front of handlers and transports.
 *
 * - `publish` never runs a handler: it puts the message into the lane of its priority and returns whether there was room. CRITICAL and HIGH are
 *   delivered at the end of the current code, NORMAL and LOW after `flushIntervalMs`.
 * - Most urgent first, and every lane gets its share. Deliveries hold up the event loop for about `sliceMs` at a time, however long the backlog.
 * - Messages of one ordering key (by default the topic) are handled one at a time per subscription, in publish order within (key, priority).
 * - A synchronous handler is not awaited; a promise holds a worker until it settles. A failed delivery is retried, then dead-lettered.
 * - What was accepted ends as handled, sent, dead-lettered, expired, superseded, unrouted, or dropped with a reason, and is counted as that.
 *
 * Handlers run in the asynchronous context in which the client was made, never in the publisher's. A queued message costs at most 48 bytes beyond
 * its payload (with headers, a correlation id or an observing scheduler one small object more).
 */
export class BufferedMessageBusClient<M extends TopicMap = UntypedTopics>
  implements BufferedMessageBus<M>, Reconfigurable, MetricsSource, HealthSource, TopicCatalog, SubscriptionCatalog
{
  readonly name: string;
  readonly #engine: Engine;
  readonly #knobs: ClientKnobs;
  readonly #health: ClientHealth;

  /** @throws ValidationError `INVALID_OPTIONS`, with every issue and its path; BusError `DUPLICATE_PLUGIN`. */
  constructor(options: BufferedMessageBusClientOptions = {}) {
    const resolved = resolveClientOptions(options);
    this.name = resolved.name;
    this.#engine = new Engine(resolved);
    this.#knobs = new ClientKnobs(this.#engine);
    this.#health = new ClientHealth(this.#engine);
  }

  /** The id of this client as a producer: in `meta.producer` of what it published. */
  get producer(): string {
    return this.#engine.producer;
  }

  /** Life-cycle events: water marks, drops, dead letters, paths, closing. */
  get events(): EventEmitter<ClientEventMap> {
    return this.#engine.events;
  }

  /** Why messages went where they went: a bounded, sampled trace of the plugins' decisions. */
  get decisions(): DecisionTrace {
    return this.#engine.chain;
  }

  /** The dead letters of this client, in memory. */
  get deadLetters(): DeadLetterStore {
    return this.#engine.letters;
  }

  /**
   * Puts a message into the lane of its priority.
   *
   * @returns Whether the lane took it: false when it is full and its policy is `refuse`.
   * @throws ValidationError `INVALID_TOPIC`, `INVALID_PRIORITY`, `INVALID_OPTIONS`; BusError `CLOSED`, `INVALID_PAYLOAD`.
   */
  publish<const T extends string>(
    topic: TopicArgument<M, T>,
    payload: PayloadOfTopic<M, T>,
    options?: PublishOptions,
  ): boolean {
    const engine = this.#engine;
    return engine.admission.publish(engine.topics.record(topic), payload, options);
  }

  /** Resolves when the message is in its lane. Rejects with `LANE_FULL`, `TOO_MANY_WAITERS`, `ABORTED`, `CLOSED`, or as `publish` throws. */
  async publishWhenReady<const T extends string>(
    topic: TopicArgument<M, T>,
    payload: PayloadOfTopic<M, T>,
    options?: PublishWhenReadyOptions,
  ): Promise<void> {
    const engine = this.#engine;
    await engine.admission.publishWhenReady(engine.topics.record(topic), payload, options);
  }

  /** A handle for a topic that is published often: spares the look-up. */
  topic<const T extends string>(topic: TopicArgument<M, T>): TopicHandle<PayloadOfTopic<M, T>, PublishOptions> {
    const { topics, admission, index } = this.#engine;
    return new ClientTopicHandle<PayloadOfTopic<M, T>>(
      topics.keep(topic),
      admission,
      (name) => index.route(name).entries.length > 0,
    );
  }

  /** @throws ValidationError `INVALID_PATTERN`, `INVALID_OPTIONS`; BusError `DUPLICATE_SUBSCRIPTION`, `TOO_MANY_SUBSCRIPTIONS`, `CLOSED`. */
  subscribe<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    handler: Handler<PayloadOfPattern<M, P, Q>, MessageMeta>,
    options?: BufferedSubscribeOptions,
  ): Subscription {
    this.#refuseWhenClosed();
    checkSubscribeOptions(handler, options);
    const { subscription, isNew } = this.#engine.registry.add(pattern, {
      ...options,
      handler: handler as ClientHandler,
    });
    if (isNew) this.#added(subscription);
    return subscription;
  }

  /** Calls `handler` with what has gathered, one batch at a time. Throws as `subscribe` does. */
  subscribeBatch<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    handler: BatchHandler<PayloadOfPattern<M, P, Q>>,
    options: BatchOptions,
  ): Subscription {
    this.#refuseWhenClosed();
    checkBatchOptions(handler, options);
    const { maxSize, maxDelayMs, id, handlerPriority } = options;
    const { subscription, isNew } = this.#engine.registry.add(pattern, {
      id,
      handlerPriority,
      batch: { maxSize, maxDelayMs },
      handler: handler as unknown as ClientHandler,
    });
    if (!isNew) return subscription;
    subscription.receiver = new BatchGatherer({
      handler: handler as BatchHandler,
      maxSize,
      maxDelayMs,
      parts: this.#engine,
    });
    this.#added(subscription);
    return subscription;
  }

  /** Messages to iterate over, at the consumer's own pace, the most urgent first. Throws as `subscribe` does. */
  messages<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    options?: MessagesOptions,
  ): AsyncIterableIterator<Message<PayloadOfPattern<M, P, Q>>> {
    this.#refuseWhenClosed();
    checkMessagesOptions(options);
    const { subscription } = this.#engine.registry.add(pattern, { ...options, handler: uncalledHandler() });
    const receiver = new PullReceiver<PayloadOfPattern<M, P, Q>>(subscription, {
      maxBuffered: options?.maxBuffered ?? DEFAULT_MAX_BUFFERED,
      settlement: this.#engine.settlement,
      time: this.#engine.time,
    });
    subscription.receiver = receiver;
    this.#added(subscription);
    return receiver;
  }

  /** Resolves when every subscription made so far is in force on all paths; rejects with the `TransportError` of one that cannot be. */
  ready(): Promise<void> {
    return this.#engine.paths.ready();
  }

  /** Resolves when everything accepted before the call is settled, sent, or scheduled for a retry. Nothing is held back meanwhile. */
  flush(): Promise<void> {
    return this.#engine.barrier.flush();
  }

  /** Stops starting deliveries and sending; publishing goes on filling the lanes. */
  pause(): void {
    if (!this.#engine.closing.isClosing) this.#engine.pause(true);
  }

  resume(): void {
    if (!this.#engine.closing.isClosing) this.#engine.pause(false);
  }

  /** Takes nothing more, drains until the deadline, and reports what was left. Again: the same promise. */
  close(options?: CloseOptions): Promise<CloseReport> {
    return this.#engine.closing.close(options);
  }

  /** Closes with a deadline of 5 seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  knobs(): readonly Knob[] {
    return this.#knobs.knobs();
  }

  /** Takes all values or none. @throws ValidationError `INVALID_OPTIONS`, with every issue. */
  reconfigure(patch: KnobPatch): KnobPatch {
    return this.#knobs.reconfigure(patch);
  }

  collect(into: MetricsSink): void {
    collectClientMetrics(into, this.#engine);
  }

  health(): Health {
    return this.#health.health();
  }

  parts(): readonly Part[] {
    return this.#health.parts();
  }

  /** The subscriptions in force, those of batches and iterators too. */
  subscriptions(): Iterable<Subscription> {
    return [...this.#engine.registry];
  }

  topics(): Iterable<string> {
    return this.#engine.topics.topics();
  }

  onTopic(listener: (topic: string) => void): Disposable {
    return this.#engine.topics.onTopic(listener);
  }

  unlisted(): number {
    return this.#engine.topics.unlisted();
  }

  /** The same client for topics that are known only at run time. */
  untyped(): BufferedMessageBusClient {
    return this as unknown as BufferedMessageBusClient;
  }

  #added(subscription: ClientSubscription): void {
    this.#engine.paths.changed();
    subscription.watchSignal();
  }

  #refuseWhenClosed(): void {
    if (this.#engine.closing.isClosing) throw closedError();
  }
}

/** Every iterator is a subscription of its own: a function of its own makes it one. */
function uncalledHandler(): ClientHandler {
  return () => undefined;
}

const DEFAULT_MAX_BUFFERED = 256;
