import {
  type BusCounts,
  type EndpointHandler,
  type Endpoints,
  type Handler,
  type Inspectable,
  type MetricsSink,
  type MetricsSource,
  type PatternArgument,
  type PayloadOfPattern,
  type PayloadOfTopic,
  type Publisher,
  type RequestOptions,
  type SubscribeOptions,
  type Subscriber,
  type Subscription,
  type TopicArgument,
  type SubscriptionCatalog,
  type TopicCatalog,
  type TopicHandle,
  type TopicMap,
  type UntypedTopics,
} from '@tradewind/core-types';
import { RouteIndex } from '../matching/route-index.ts';
import type { Route } from '../matching/route.ts';
import { BusTopicHandle } from './bus-topic-handle.ts';
import type { BusSubscription } from './bus-subscription.ts';
import { collectBusMetrics } from './bus-metrics.ts';
import { Dispatcher } from './dispatcher.ts';
import { EndpointRegistry } from './endpoint-registry.ts';
import { FailureLog } from '../platform/failure-log.ts';
import { resolveBusOptions, type MessageBusOptions } from './options.ts';
import { Requests } from './requests.ts';
import { SeenTopics } from '../matching/seen-topics.ts';
import { SubscriptionBook } from './subscription-book.ts';
import type { NamesOfTemplate, PayloadOfTemplate, TemplateArgument } from './switchboard-template.ts';
import { resolveMaxTopics } from './switchboard-options.ts';
import { HandleSwitchboard, type Switchboard } from './switchboard.ts';

/**
 * The synchronous bus of one process: when `publish` returns, every handler of the topic has run.
 *
 * - Handlers run in the publisher's turn and asynchronous context, by `handlerPriority` (high first), ties in the order of subscription.
 * - A handler that throws or rejects touches neither the publisher nor another handler: it is counted, logged and reported.
 * - Publishing from inside a handler is depth-first, at most 64 deep, then `RECURSION_LIMIT`. A subscription made while a message is
 *   being delivered misses that message; one that was ended is not called again.
 * - What a handler returns is ignored, unless it is a promise: then its rejection is a failure.
 *
 * Publishing on a known topic makes no object and reads no clock; see `docs/benchmarks/core.md` for figures.
 */
export class MessageBus<M extends TopicMap = UntypedTopics>
  implements
    Publisher<M>,
    Subscriber<M>,
    Endpoints,
    Inspectable,
    MetricsSource,
    TopicCatalog,
    SubscriptionCatalog,
    Disposable
{
  readonly #index: RouteIndex<BusSubscription>;
  readonly #book: SubscriptionBook;
  readonly #dispatcher: Dispatcher;
  readonly #endpoints: EndpointRegistry;
  readonly #requests: Requests;
  readonly #seen: SeenTopics;
  readonly #findRoute = (topic: string): Route<BusSubscription> =>
    this.#seen.isRecording ? this.#notedRoute(topic) : this.#index.route(topic);

  /** @throws ValidationError `INVALID_OPTIONS`, with all issues. */
  constructor(options: MessageBusOptions = {}) {
    const { logger, clock, onHandlerError, ...bounds } = resolveBusOptions(options);
    const log = new FailureLog(logger, clock);
    this.#index = new RouteIndex({ maxCachedTopics: bounds.maxCachedTopics });
    this.#book = new SubscriptionBook(this.#index, bounds.maxSubscriptions);
    this.#dispatcher = new Dispatcher(log, onHandlerError);
    this.#endpoints = new EndpointRegistry(this.#dispatcher, log);
    this.#requests = new Requests({
      clock,
      maxPending: bounds.maxPendingRequests,
      endpoints: this.#endpoints,
      dispatcher: this.#dispatcher,
    });
    this.#seen = new SeenTopics({
      maxTopics: bounds.maxListedTopics,
      knownTopics: () => this.#topicsKnownSoFar(),
      onListenerError: (error, topic) => this.#dispatcher.failListener(error, topic),
    });
  }

  /**
   * Gives a message to everybody whose pattern matches; they have run on return.
   *
   * @returns True: this bus takes every message.
   * @throws ValidationError `INVALID_TOPIC`
   * @throws BusError `RECURSION_LIMIT`, `CLOSED`
   */
  publish<const T extends string>(topic: TopicArgument<M, T>, payload: PayloadOfTopic<M, T>): boolean {
    this.#dispatcher.deliver(this.#seen.isRecording ? this.#notedRoute(topic) : this.#index.route(topic), payload);
    return true;
  }

  /** A handle that publishes on one topic without looking it up. It may be kept as long as the bus. */
  topic<const T extends string>(topic: TopicArgument<M, T>): TopicHandle<PayloadOfTopic<M, T>> {
    return new BusTopicHandle<PayloadOfTopic<M, T>>(topic, this.#index, this.#dispatcher, this.#findRoute);
  }

  /**
   * The topics of a template by the names in its holes: publishes by venue and symbol without building a text per message.
   *
   * ```ts
   * const quotes = bus.switchboard('data.quotes.{venue}.{symbol}');
   * quotes.publish('BINANCE', 'BTCUSDT', quote);
   * ```
   *
   * @param options - `maxTopics`: how many handles it keeps, 1 to 10,000,000; default 100,000.
   * @throws ValidationError `INVALID_TOPIC`, `INVALID_OPTIONS`
   */
  switchboard<const T extends string>(
    template: TemplateArgument<M, T>,
    options: { readonly maxTopics?: number | undefined } = {},
  ): Switchboard<PayloadOfTemplate<M, T>, NamesOfTemplate<T>> {
    const board: unknown = new HandleSwitchboard(template, this.untyped(), resolveMaxTopics(options));
    return board as Switchboard<PayloadOfTemplate<M, T>, NamesOfTemplate<T>>;
  }

  /**
   * Calls `handler` with every message, published from now on, whose topic matches `pattern`.
   *
   * Without an `id`, the same function on the same pattern is the same subscription, and the existing one is returned.
   *
   * @throws ValidationError `INVALID_PATTERN`, `INVALID_OPTIONS`
   * @throws BusError `DUPLICATE_SUBSCRIPTION` when it exists with other options, `TOO_MANY_SUBSCRIPTIONS`, `CLOSED`
   */
  subscribe<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    handler: Handler<PayloadOfPattern<M, P, Q>>,
    options?: SubscribeOptions,
  ): Subscription {
    if (this.#dispatcher.isClosed) throw this.#dispatcher.refusal();
    return this.#book.subscribe(pattern, handler as Handler, options);
  }

  /**
   * Makes `handler` the one receiver of an endpoint, until what it returns is disposed.
   *
   * @throws ValidationError `INVALID_ENDPOINT`; `INVALID_OPTIONS` when the handler is no function
   * @throws BusError `ENDPOINT_TAKEN`, `CLOSED`
   */
  register<P>(endpoint: string, handler: EndpointHandler<P>): Disposable {
    if (this.#dispatcher.isClosed) throw this.#dispatcher.refusal();
    return this.#endpoints.register(endpoint, handler as EndpointHandler<unknown>);
  }

  /** @throws ValidationError `INVALID_ENDPOINT` @throws BusError `UNKNOWN_ENDPOINT`, `RECURSION_LIMIT`, `CLOSED` */
  send(endpoint: string, payload: unknown): void {
    this.#endpoints.send(endpoint, payload);
  }

  /**
   * Gives a message to an endpoint, at once, and waits for the response.
   *
   * Refusals are rejections too: `INVALID_ENDPOINT`, `INVALID_OPTIONS`, `UNKNOWN_ENDPOINT`, `DUPLICATE_CORRELATION_ID`,
   * `TOO_MANY_REQUESTS`, `RECURSION_LIMIT`. Then `REQUEST_TIMEOUT`, `REQUEST_ABORTED`, `REQUEST_FAILED` or `CLOSED`.
   */
  request<Response = unknown>(endpoint: string, payload: unknown, options?: RequestOptions): Promise<Response> {
    return this.#requests.request(endpoint, payload, options) as Promise<Response>;
  }

  /** Answers a request. Returns false, and counts, when nobody waits for it any more. */
  respond(correlationId: string, payload: unknown): boolean {
    return this.#requests.respond(correlationId, payload);
  }

  /** The same bus for topics that are known only at run time. */
  untyped(): MessageBus {
    return this as unknown as MessageBus;
  }

  isSubscribed(pattern: string, handler: (payload: never, meta: never) => unknown): boolean {
    return this.#book.isSubscribed(pattern, handler);
  }

  subscriptionsOf(topic: string): readonly Subscription[] {
    return [...this.#findRoute(topic).entries];
  }

  patterns(): readonly string[] {
    return this.#index.patterns();
  }

  /** The subscriptions in force, pattern by pattern. */
  subscriptions(): Iterable<Subscription> {
    return this.#index.patterns().flatMap((pattern) => this.#index.entriesOf(pattern));
  }

  endpoints(): readonly string[] {
    return this.#endpoints.names();
  }

  counts(): BusCounts {
    const { published, delivered, failed } = this.#dispatcher;
    return {
      published,
      delivered,
      handlerErrors: failed,
      subscriptions: this.#index.size,
      endpoints: this.#endpoints.size,
      pendingRequests: this.#requests.pending,
    };
  }

  /** Writes the bus's series; see `bus-metrics.ts` for their names. */
  collect(into: MetricsSink): void {
    collectBusMetrics(into, this.counts(), { requests: this.#requests, routes: this.#index.sizes(), seen: this.#seen });
  }

  /** The topics seen so far: those that were asked for more than once lately, and all since the first call of this or {@link onTopic}. */
  topics(): Iterable<string> {
    return this.#seen.topics();
  }

  /**
   * Calls back once for each topic first seen after the call: published on, or asked for by a handle or an inspection. It runs before the
   * topic's first message is delivered, and a subscription made there gets that message.
   *
   * @throws ValidationError `INVALID_OPTIONS` when the listener is no function
   */
  onTopic(listener: (topic: string) => void): Disposable {
    return this.#seen.onTopic(listener);
  }

  /** How many messages came on topics beyond the bound of the catalog; above 0 it is incomplete. */
  unlisted(): number {
    return this.#seen.unlisted();
  }

  /**
   * Ends every subscription, registration and pending request; from then on it takes nothing any more (`CLOSED`).
   *
   * Called from inside a handler it lets that handler finish, and calls no other.
   */
  close(): void {
    if (this.#dispatcher.isClosed) return;
    this.#dispatcher.close();
    this.#book.clear();
    this.#endpoints.clear();
    this.#requests.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** From now on every topic has to pass by the catalog once, those in the hands of publishers too. */
  #topicsKnownSoFar(): readonly string[] {
    this.#index.expireRoutes();
    return this.#index.knownTopics();
  }

  /** The route of a topic, after the catalog heard of it. A topic whose route is kept and current has been heard of. */
  #notedRoute(topic: string): Route<BusSubscription> {
    const known = this.#index.current(topic);
    if (known !== undefined) return known;
    const route = this.#index.route(topic);
    this.#seen.note(topic);
    // A listener may have subscribed to the topic that it was told of.
    return this.#index.isCurrent(route) ? route : this.#index.route(topic);
  }
}
