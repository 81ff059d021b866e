/**
 * Typed topics: a user declares once which payload each topic carries, and `publish` and `subscribe` check it.
 *
 * ```ts
 * interface DeskTopics {
 *   [quotes: `data.quotes.${string}.${string}`]: Quote;
 *   'commands.system.shutdown': Shutdown;
 * }
 * const bus = new MessageBus<DeskTopics>();
 * bus.subscribe('data.quotes.BINANCE.*', (quote) => …);   // quote: Quote
 * bus.publish('dta.quotes.BINANCE.BTCUSDT', quote);       // error: no topic of the map matches 'dta.quotes.BINANCE.BTCUSDT'
 * ```
 *
 * Soundness: a subscriber's payload is the union of all keys that its pattern could reach. Where the types cannot tell (a hole
 * `${string}` swallows dots, and so does `*`) they assume that it can: the union may be wider than needed, never narrower.
 * Keep finite unions out of the holes: beyond about 50 combinations the compiler slows down noticeably.
 */
export type TopicMap = object;

/** The map of a bus without declared topics: any topic, any payload. */
export interface UntypedTopics {
  readonly [topic: string]: unknown;
}

/** Whether a map declares nothing. */
type IsUntyped<M extends TopicMap> = string extends keyof M ? true : false;

/** The part of a map that a published topic (a literal or a template literal type) belongs to. An exact key wins over keys with holes. */
type PartOfTopic<M extends TopicMap, T extends string> = [keyof ExactPart<M, T>] extends [never]
  ? WidePart<M, T>
  : ExactPart<M, T>;

type ExactPart<M extends TopicMap, T extends string> = {
  [K in keyof M as K extends T ? (T extends K ? K : never) : never]: M[K];
};

type WidePart<M extends TopicMap, T extends string> = {
  [K in keyof M as T extends K ? K : never]: M[K];
};

/** The part of a map that a pattern may reach. */
type PartOfPattern<M extends TopicMap, P extends string> = {
  [K in keyof M as K extends string ? (Overlaps<K, P> extends false ? never : K) : never]: M[K];
};

/** The keys of a map that a published topic belongs to. */
export type KeysOfTopic<M extends TopicMap, T extends string> = keyof PartOfTopic<M, T>;

/** The keys of a map that a pattern may reach. */
export type KeysOfPattern<M extends TopicMap, P extends string> = keyof PartOfPattern<M, P>;

/** What a topic argument must be: itself where the map knows it, otherwise a sentence that says so. */
export type TopicArgument<M extends TopicMap, T extends string> =
  IsUntyped<M> extends true
    ? T
    : string extends T
      ? 'this topic is known only at run time: publish it through bus.untyped()'
      : [KeysOfTopic<M, T>] extends [never]
        ? `no topic of the map matches '${T}'`
        : T;

/** What a pattern argument must be: itself where it can reach a topic of the map, otherwise a sentence that says so. */
export type PatternArgument<M extends TopicMap, P extends string> =
  IsUntyped<M> extends true
    ? P
    : string extends P
      ? 'this pattern is known only at run time: subscribe through bus.untyped()'
      : [KeysOfPattern<M, P>] extends [never]
        ? `no topic of the map matches '${P}'`
        : P;

/** What may be published on a topic. */
export type PayloadOfTopic<M extends TopicMap, T extends string> =
  IsUntyped<M> extends true ? unknown : PartOfTopic<M, T>[keyof PartOfTopic<M, T>];

/**
 * What a handler of a pattern gets. On an untyped bus it is what the handler says it takes (`Q`), on the caller's responsibility;
 * on a typed one it is the union of the payloads that the pattern may reach, and `Q` is ignored.
 */
export type PayloadOfPattern<M extends TopicMap, P extends string, Q = unknown> =
  IsUntyped<M> extends true ? Q : PartOfPattern<M, P>[keyof PartOfPattern<M, P>];

/** Whether some topic may belong to the key and match the pattern. Never false when one does. */
export type Overlaps<K extends string, P extends string> = P extends `${string}${'*' | '?'}${string}`
  ? OverlapsBySegment<K, P>
  : P extends '+' | `+.${string}` | `${string}.+` | `${string}.+.${string}`
    ? OverlapsBySegment<K, P>
    : P extends K
      ? true
      : OverlapsTemplate<K, P>;

/** A pattern that is itself a template literal type is any of many topics: compare it as a pattern with holes. */
type OverlapsTemplate<K extends string, P extends string> = HasHole<P> extends true ? OverlapsBySegment<K, P> : false;

/** Walks both from the left, segment by segment, and says yes at the first hole or crossing wildcard. */
type OverlapsBySegment<K extends string, P extends string> = K extends `${infer KeyHead}.${infer KeyTail}`
  ? P extends `${infer PatternHead}.${infer PatternTail}`
    ? SegmentOverlap<KeyHead, PatternHead> extends 'literal'
      ? OverlapsBySegment<KeyTail, PatternTail>
      : SegmentOverlap<KeyHead, PatternHead> extends 'open'
        ? true
        : false
    : SegmentOverlap<KeyHead, P> extends 'open'
      ? true
      : false
  : P extends `${infer PatternHead}.${string}`
    ? SegmentOverlap<K, PatternHead> extends 'open'
      ? true
      : false
    : SegmentOverlap<K, P> extends 'none'
      ? false
      : true;

/**
 * How one segment of a key meets one of a pattern: `none` when they differ, `literal` when they agree and end here,
 * `open` when a hole or a crossing wildcard begins, after which the rest cannot be told.
 */
type SegmentOverlap<KeySegment extends string, PatternSegment extends string> =
  HasHole<KeySegment> extends true
    ? 'open'
    : HasHole<PatternSegment> extends true
      ? 'open'
      : PatternSegment extends '+'
        ? 'literal'
        : PatternSegment extends KeySegment
          ? 'literal'
          : BeforeWildcard<PatternSegment> extends infer Prefix extends string
            ? Prefix extends PatternSegment
              ? 'none'
              : KeySegment extends `${Prefix}${string}`
                ? 'open'
                : 'none'
            : 'none';

/** The text of a segment before its first `*` or `?`; the whole segment when it has none. */
type BeforeWildcard<S extends string> = S extends `${infer BeforeStar}*${string}`
  ? BeforeStar extends `${infer BeforeQuestion}?${string}`
    ? BeforeQuestion
    : BeforeStar
  : S extends `${infer BeforeQuestion}?${string}`
    ? BeforeQuestion
    : S;

/** Whether a literal type stands for many strings. `Record` of such a type is an index signature, which an empty object satisfies. */
type HasHole<S extends string> = NonNullable<unknown> extends Record<S, 1> ? true : false;
