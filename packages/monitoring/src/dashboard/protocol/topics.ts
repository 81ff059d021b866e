/**
 * How the figures of topics were come by. They are measured while somebody looks, message by message up to a bound a second; what is beyond it is
 * counted and not looked at. Rates are scaled up to all messages, so that they hold on average.
 */
export interface Observation {
  /** Of the stretch that the figures are of; 0 when looking has just begun. */
  readonly seconds: number;
  readonly lookedAt: number;
  readonly leftOut: number;
}

/** One topic, as it was seen in the stretch. */
export interface TopicRow {
  readonly topic: string;
  /** The clients that published on it in this process, and the producers of what came in. */
  readonly publishers: readonly string[];
  readonly publishedPerSecond: number;
  readonly handledPerSecond: number;
  readonly failedPerSecond: number;
  /** Of its handlers; null: none ended. */
  readonly meanHandlerSeconds: number | null;
  readonly maxHandlerSeconds: number | null;
  /** The subscription that took most of that time. */
  readonly slowestSubscription: string | null;
}

/** One subscription, as it was seen in the stretch. */
export interface SubscriptionRow {
  readonly id: string;
  readonly pattern: string | null;
  readonly handledPerSecond: number;
  readonly failedPerSecond: number;
  readonly meanHandlerSeconds: number | null;
  readonly maxHandlerSeconds: number | null;
  /** Which part of one core its handlers take: their time in a second. Of asynchronous ones it is how many run at once. */
  readonly busyRatio: number;
}

/** `GET /api/topics?bus=&pattern=&limit=`. Asked again within ten seconds, the measuring goes on; otherwise it ends. */
export interface TopicsAnswer {
  readonly bus: string;
  readonly observation: Observation;
  /** Busiest first; at most `limit` (200). */
  readonly topics: readonly TopicRow[];
  /** How many topics of the pattern were seen, those in `topics` among them: "200 of 1,731". The pattern is looked for in all that were kept, not in the rows. */
  readonly matchingTopics: number;
  /** Times that a topic was let go because busier ones needed its room; above 0 `matchingTopics` is not all that there were, and the busiest are. */
  readonly evictedTopics: number;
  /** How many topics the bus knows, and how many it saw beyond its bound; null where it keeps no list. */
  readonly knownTopics: number | null;
  readonly unlistedTopics: number | null;
  /** Those that took most time first; at most 500. Those of which nothing was seen are there with zeros. */
  readonly subscriptions: readonly SubscriptionRow[];
  /** Distinct patterns in force; null where the bus does not tell. */
  readonly patterns: number | null;
}
