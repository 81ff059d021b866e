import type {
  Clock,
  Handler,
  SubscribeOptions,
  Subscriber,
  Subscription,
  TopicCatalog,
  TopicMeta,
  UntypedTopics,
} from '@tradewind/core-types';
import type { SemanticPatternMatcher } from './semantic-pattern-matcher.ts';
import { readNumbers } from '../options.ts';
import { isExactQuery } from './exact-query.ts';
import type { PatternAnalytics } from './pattern-analytics.ts';
import type { QueryContext } from './query-context.ts';
import { MeasuredHandler } from './measured-handler.ts';

/** A bus that can be asked in words: `MessageBus` and `BufferedMessageBusClient` are. */
export type SemanticBus<Meta extends TopicMeta, Options extends SubscribeOptions> = Subscriber<
  UntypedTopics,
  Meta,
  Options
> &
  TopicCatalog;

/** How a semantic subscription finds its topics, and how each of them is subscribed to. */
export interface SemanticSubscribeOptions<Options extends SubscribeOptions = SubscribeOptions> {
  readonly matcher: SemanticPatternMatcher;
  /** The session and regime in which words are understood, such as `() => detector.reading()`; asked at every decision. Default: none in particular. */
  readonly context?: (() => QueryContext | undefined) | undefined;
  /** Where hits, successes and latencies are counted. Default: nowhere. */
  readonly analytics?: PatternAnalytics | undefined;
  /** On a bus without outcomes: by which handlers are timed for `analytics`. Leave it out where the client has the plugin of the analytics. */
  readonly clock?: Clock | undefined;
  /** Topics that it may follow; further ones are counted. Default 1,000; 1 to 100,000. */
  readonly maxTopics?: number | undefined;
  /** For the subscription of each topic; an `id` becomes the beginning of theirs. */
  readonly subscribe?: Options | undefined;
}

/** A subscription to what a query means. */
export interface SemanticSubscription extends Disposable {
  readonly query: string;
  /** Whether the query was a pattern, which the bus serves itself. */
  readonly isExact: boolean;
  readonly active: boolean;
  /** The topics that are followed; for a pattern the pattern itself. */
  topics(): readonly string[];
  /** How many topics would be followed if there were room; counts to 10,000. */
  overflow(): number;
  /** Decides anew about every topic of the catalog: after a change of session or regime. After learning it happens by itself. */
  refresh(): void;
  unsubscribe(): void;
}

/**
 * Subscribes a handler to all topics that a query means: those that the bus's catalog lists, and new ones as they appear, before their first
 * message is delivered where the bus can.
 *
 * - A query that is a pattern (no space, a dot or a wildcard) goes to `bus.subscribe` as it is.
 * - Each topic is subscribed to once, however often and from wherever it is found: one message, one call.
 * - When the matcher learns something that changes what is accepted, topics are taken up and given up accordingly; for the kill switch those that
 *   are followed are kept, and no new ones are taken up. The same for a pattern that `analytics` has demoted.
 * - It ends with `unsubscribe()`, `using` or `[Symbol.dispose]()`; then the handler is not called again.
 *
 * A catalog lists a topic from its first use on: use the bus's catalog, or subscribe, before publishers start.
 *
 * @throws SemanticError `ORDERS_ARE_EXACT` for a query that asks for orders or commands.
 * @throws ValidationError `INVALID_OPTIONS` for a query or an option that cannot be used; whatever `bus.subscribe` throws.
 */
export function subscribeSemantic<
  P = unknown,
  Meta extends TopicMeta = TopicMeta,
  Options extends SubscribeOptions = SubscribeOptions,
>(
  bus: SemanticBus<Meta, Options>,
  query: string,
  handler: Handler<P, Meta>,
  options: SemanticSubscribeOptions<Options>,
): SemanticSubscription {
  const { maxTopics } = readNumbers<'maxTopics'>(options, 'SemanticSubscribeOptions', {
    maxTopics: { usual: 1_000, min: 1, max: 100_000, whole: true },
  });
  if (typeof query === 'string' && isExactQuery(query)) {
    return new ExactSubscription(query, bus.subscribe(query, handler as Handler<unknown, Meta>, options.subscribe));
  }
  const following = new Following(bus, handler as Handler<unknown, Meta>, { ...options, query, maxTopics });
  following.start();
  return following;
}

/** A pattern, served by the bus itself. */
class ExactSubscription implements SemanticSubscription {
  readonly query: string;
  readonly isExact = true;
  readonly #subscription: Subscription;

  constructor(query: string, subscription: Subscription) {
    this.query = query;
    this.#subscription = subscription;
  }

  get active(): boolean {
    return this.#subscription.active;
  }

  topics(): readonly string[] {
    return this.active ? [this.#subscription.pattern] : [];
  }

  overflow(): number {
    return 0;
  }

  refresh(): void {
    // The bus follows its patterns itself.
  }

  unsubscribe(): void {
    this.#subscription.unsubscribe();
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }
}

type Settings<Options extends SubscribeOptions> = SemanticSubscribeOptions<Options> & {
  readonly query: string;
  readonly maxTopics: number;
};

/** Words, served topic by topic. */
class Following<Meta extends TopicMeta, Options extends SubscribeOptions> implements SemanticSubscription {
  readonly query: string;
  readonly isExact = false;
  readonly #bus: SemanticBus<Meta, Options>;
  readonly #handler: Handler<unknown, Meta>;
  /** A function of its own: to the bus, a subscription is a pattern and a function. */
  readonly #handle: Handler<unknown, Meta>;
  readonly #settings: Settings<Options>;
  readonly #followed = new Map<string, Subscription>();
  readonly #overflow = new Set<string>();
  #listening: readonly Disposable[] = [];
  #made = 0;
  #active = true;

  constructor(bus: SemanticBus<Meta, Options>, handler: Handler<unknown, Meta>, settings: Settings<Options>) {
    this.query = settings.query;
    this.#bus = bus;
    this.#handler = handler;
    this.#handle = (payload, meta) => handler(payload, meta);
    this.#settings = settings;
  }

  get active(): boolean {
    return this.#active;
  }

  start(): void {
    // A query that cannot be used is refused before anything is subscribed to.
    this.#settings.matcher.explain(this.query);
    this.#listening = [
      this.#bus.onTopic((topic) => this.#consider(topic)),
      this.#settings.matcher.onChange(() => this.refresh()),
    ];
    for (const topic of this.#bus.topics()) this.#consider(topic);
  }

  topics(): readonly string[] {
    return [...this.#followed.keys()];
  }

  overflow(): number {
    return this.#overflow.size;
  }

  refresh(): void {
    const { matcher, context } = this.#settings;
    if (!this.#active || !matcher.enabled) return;
    for (const [topic, subscription] of this.#followed) {
      if (matcher.accepts(this.query, topic, context?.()) !== undefined) continue;
      this.#release(subscription);
      this.#followed.delete(topic);
    }
    this.#overflow.clear();
    for (const topic of this.#bus.topics()) this.#consider(topic);
  }

  unsubscribe(): void {
    this.#active = false;
    for (const listening of this.#listening) listening[Symbol.dispose]();
    for (const subscription of this.#followed.values()) this.#release(subscription);
    this.#followed.clear();
    this.#overflow.clear();
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  #consider(topic: string): void {
    const { matcher, context, analytics, maxTopics } = this.#settings;
    if (!this.#active || this.#followed.has(topic)) return;
    if (matcher.accepts(this.query, topic, context?.()) === undefined) return;
    if (analytics?.isDemoted(this.query) === true) return;
    if (this.#followed.size >= maxTopics) {
      if (this.#overflow.size < MAX_OVERFLOW) this.#overflow.add(topic);
      return;
    }
    this.#follow(topic);
  }

  #follow(topic: string): void {
    const { analytics, clock, subscribe } = this.#settings;
    this.#made += 1;
    // Named or not, it is another subscription than one that the caller has made of the same topic and function.
    const own: Options | undefined =
      subscribe?.id === undefined ? subscribe : { ...subscribe, id: `${subscribe.id}:${this.#made}` };
    const measured =
      analytics === undefined || clock === undefined ? undefined : new MeasuredHandler(this.#handler, clock, analytics);
    const handle = measured?.handle ?? this.#handle;
    const subscription = this.#bus.subscribe(topic, handle, own);
    if (measured !== undefined) measured.subscriptionId = subscription.id;
    this.#followed.set(topic, subscription);
    analytics?.attach(subscription.id, this.query);
  }

  #release(subscription: Subscription): void {
    subscription.unsubscribe();
    this.#settings.analytics?.detach(subscription.id);
  }
}

const MAX_OVERFLOW = 10_000;
