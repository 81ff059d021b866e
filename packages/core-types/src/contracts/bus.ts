import type { Handler, TopicMeta } from '../vocabulary/message.ts';
import type { Subscription } from '../vocabulary/subscription.ts';
import type {
  PatternArgument,
  PayloadOfPattern,
  PayloadOfTopic,
  TopicArgument,
  TopicMap,
  UntypedTopics,
} from '../vocabulary/topic-map.ts';

/** A topic that was looked up once: publishing through it costs no lookup. Valid as long as its bus. */
export interface TopicHandle<P = unknown, Options = never> {
  readonly topic: string;
  /** The same as the bus's `publish` on this topic. */
  publish(payload: P, options?: Options): boolean;
  /** Whether a message published now would reach a handler: lets a feed skip building a payload that nobody reads. */
  hasSubscribers(): boolean;
}

/** Takes messages. `Options` is `never` on the synchronous bus and `PublishOptions` on the buffered client. */
export interface Publisher<in out M extends TopicMap = UntypedTopics, Options = never> {
  /**
   * Gives a message to everybody whose pattern matches.
   *
   * @returns Whether the bus took it. The synchronous bus always does, and its handlers have run on return; the buffered client
   * answers false when the lane is full and its policy is `refuse`.
   * @throws ValidationError `INVALID_TOPIC` for a name that is no topic; `CLOSED` (core) after `close`.
   */
  publish<const T extends string>(
    topic: TopicArgument<M, T>,
    payload: PayloadOfTopic<M, T>,
    options?: Options,
  ): boolean;
  /** A handle for a topic that is published often. */
  topic<const T extends string>(topic: TopicArgument<M, T>): TopicHandle<PayloadOfTopic<M, T>, Options>;
}

/** What every kind of subscription may be given: its rank among the handlers of a message, and its name. */
export interface SubscribeOptions {
  /** Ranks the handlers of one message: high first, ties in the order of subscription. A finite number. Default 0. */
  readonly handlerPriority?: number | undefined;
  /** Names the subscription in logs and metrics, and makes it distinct from another of the same pattern and function. Default: made by the bus. */
  readonly id?: string | undefined;
}

/** Brings messages to handlers. `Meta` and `Options` are what the kind of bus adds. */
export interface Subscriber<
  in out M extends TopicMap = UntypedTopics,
  Meta extends TopicMeta = TopicMeta,
  Options extends SubscribeOptions = SubscribeOptions,
> {
  /**
   * Calls `handler` with every message, published from now on, whose topic matches `pattern`.
   *
   * A subscription without `id` is identified by pattern and function: subscribing them again returns the existing one.
   *
   * @throws ValidationError `INVALID_PATTERN`; `DUPLICATE_SUBSCRIPTION` (core) when the same subscription exists with different options.
   */
  subscribe<const P extends string, Q = unknown>(
    pattern: PatternArgument<M, P>,
    handler: Handler<PayloadOfPattern<M, P, Q>, Meta>,
    options?: Options,
  ): Subscription;
}

/** What an endpoint's handler is told beside the payload. */
export interface EndpointMeta {
  readonly endpoint: string;
  /** Present on a request: answer with `respond(correlationId, …)`. Absent on a `send`. */
  readonly correlationId?: string | undefined;
}

/**
 * Receives what is sent to an endpoint and the requests to it. What it returns is not the response: a request is answered with
 * `respond(meta.correlationId, …)`, now or later. A throw, or the rejection of a promise it returns, fails an open request with
 * `REQUEST_FAILED` (core); otherwise it is counted and logged.
 */
export type EndpointHandler<P = unknown> = (payload: P, meta: EndpointMeta) => unknown;

/**
 * How long a requester waits, how it gives up sooner, and the id that the response is matched by. A value out of its range rejects the
 * request with `INVALID_OPTIONS`, an id that is in use with `DUPLICATE_CORRELATION_ID` (core).
 */
export interface RequestOptions {
  /** How long to wait for the response, in milliseconds. Default 5,000; at most 2^31 - 1. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: made by the bus, unique on it. */
  readonly correlationId?: string | undefined;
}

/** Point-to-point messages. Requests are local to the bus. */
export interface Endpoints {
  /**
   * Makes `handler` the receiver of an endpoint until the returned registration is disposed.
   *
   * @throws ValidationError `INVALID_ENDPOINT`; `ENDPOINT_TAKEN` (core) when another handler holds it.
   */
  register<P>(endpoint: string, handler: EndpointHandler<P>): Disposable;
  /**
   * Gives a message to the one handler of an endpoint, at once. A failure of the handler is counted and reported, not thrown.
   *
   * @throws `UNKNOWN_ENDPOINT` (core) when nobody is registered.
   */
  send(endpoint: string, payload: unknown): void;
  /**
   * Gives a message to an endpoint and waits for the response.
   *
   * Rejects with `UNKNOWN_ENDPOINT`, `DUPLICATE_CORRELATION_ID`, `REQUEST_TIMEOUT`, `REQUEST_ABORTED`, `REQUEST_FAILED` (the handler
   * threw or rejected; `cause` says what), `TOO_MANY_REQUESTS` or `CLOSED` (all core).
   */
  request<Response = unknown>(endpoint: string, payload: unknown, options?: RequestOptions): Promise<Response>;
  /** Answers a request. Returns false, and counts, when nobody waits for it any more. */
  respond(correlationId: string, payload: unknown): boolean;
}

/** Plain counts since the bus was made. Reading them costs nothing on the hot path. */
export interface BusCounts {
  readonly published: number;
  readonly delivered: number;
  readonly handlerErrors: number;
  readonly subscriptions: number;
  readonly endpoints: number;
  readonly pendingRequests: number;
}

/** What an operator or a test may ask a bus. */
export interface Inspectable {
  /** Whether this function is subscribed with exactly this pattern. */
  isSubscribed(pattern: string, handler: (payload: never, meta: never) => unknown): boolean;
  /** The subscriptions that a message on `topic` would reach, in the order in which they would be called. */
  subscriptionsOf(topic: string): readonly Subscription[];
  /** The distinct patterns in force, in no particular order. */
  patterns(): readonly string[];
  /** The registered endpoints, in no particular order. */
  endpoints(): readonly string[];
  counts(): BusCounts;
}

/** The same bus without its topic map: for topics known only at run time, and for packages that take any bus. */
export interface UntypedView {
  untyped(): MessageBus;
}

/**
 * The synchronous, in-process bus: what an engine needs to be written against. Packages take the untyped `MessageBus`; a bus with a topic
 * map is given to them as `bus.untyped()`. It is not assignable as it is, on purpose: through an untyped reference any payload could be
 * published on a topic that the map promises to its subscribers as something else.
 */
export interface MessageBus<in out M extends TopicMap = UntypedTopics>
  extends Publisher<M>, Subscriber<M>, Endpoints, Inspectable, UntypedView {}
