import { parsePattern, patternMatches } from '@tradewind/core-types';
import type { Share, Stretch } from '../activity/stretch.ts';
import type { Tally } from '../activity/tally.ts';
import type { SubscriptionRow, TopicRow, TopicsAnswer } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';

/** Which topics are asked for. */
export interface TopicsQuery {
  readonly pattern: string | undefined;
  readonly limit: number;
  readonly nowMs: number;
}

/** Who publishes what and who is slow, by name. @throws ValidationError `INVALID_PATTERN` */
export function topicsOf(bus: WatchedBus, stretch: Stretch, { pattern, limit, nowMs }: TopicsQuery): TopicsAnswer {
  const { topics, subscriptions } = bus.faces();
  const wanted = pattern === undefined ? undefined : parsePattern(pattern);
  const seconds = Math.max(0, nowMs - stretch.startedAtMs) / MS_PER_SECOND;
  const scales = { messages: scaleOf(stretch.messages, seconds), attempts: scaleOf(stretch.attempts, seconds) };
  const rows = Array.from(stretch.topics)
    .filter(([topic]) => wanted === undefined || patternMatches(wanted, topic))
    .map(([topic, tally]) => topicRow(topic, tally, scales));
  const patterns = new Map(Array.from(subscriptions?.subscriptions() ?? [], ({ id, pattern: own }) => [id, own]));
  return {
    bus: bus.name,
    observation: {
      seconds,
      lookedAt: stretch.messages.lookedAt + stretch.attempts.lookedAt,
      leftOut: stretch.messages.leftOut + stretch.attempts.leftOut,
    },
    topics: rows.toSorted(byTraffic).slice(0, limit),
    matchingTopics: rows.length,
    evictedTopics: stretch.evictedTopics,
    // A synchronous bus begins to keep a list when it is asked for one: it is not asked.
    knownTopics: bus.kind === 'buffered' && topics !== undefined ? count(topics.topics()) : null,
    unlistedTopics: bus.kind === 'buffered' ? (topics?.unlisted() ?? null) : null,
    subscriptions: subscriptionRows(patterns, stretch, scales.attempts),
    patterns: subscriptions === undefined ? null : new Set(patterns.values()).size,
  };
}

/** How much of a second one stands for that was looked at: what was left out is taken to be as what was not. */
function scaleOf({ lookedAt, leftOut }: Share, seconds: number): number {
  return lookedAt === 0 || seconds === 0 ? 0 : (lookedAt + leftOut) / lookedAt / seconds;
}

function topicRow(
  topic: string,
  tally: Tally,
  { messages, attempts }: { readonly messages: number; readonly attempts: number },
): TopicRow {
  return {
    topic,
    publishers: [...tally.publishers],
    publishedPerSecond: tally.published * messages,
    handledPerSecond: tally.handled * attempts,
    failedPerSecond: tally.failed * attempts,
    ...timesOf(tally),
    slowestSubscription: tally.slowest ?? null,
  };
}

/** Those that were seen, and those that are there and were not. The dashboard's own are nobody's business. */
function subscriptionRows(
  patterns: ReadonlyMap<string, string>,
  stretch: Stretch,
  scale: number,
): readonly SubscriptionRow[] {
  const ids = new Set([...stretch.subscriptions.keys(), ...patterns.keys()]);
  const rows: SubscriptionRow[] = [];
  for (const id of ids) {
    if (id.startsWith('dashboard-')) continue;
    const tally = stretch.subscriptions.get(id);
    rows.push({
      id,
      pattern: patterns.get(id) ?? null,
      handledPerSecond: (tally?.handled ?? 0) * scale,
      failedPerSecond: (tally?.failed ?? 0) * scale,
      ...timesOf(tally),
      busyRatio: ((tally?.totalMs ?? 0) / MS_PER_SECOND) * scale,
    });
  }
  return rows.toSorted((a, b) => b.busyRatio - a.busyRatio).slice(0, MAX_SUBSCRIPTIONS);
}

function timesOf(tally: Tally | undefined): Pick<TopicRow, 'meanHandlerSeconds' | 'maxHandlerSeconds'> {
  const ended = tally === undefined ? 0 : tally.handled + tally.failed;
  if (tally === undefined || ended === 0) return { meanHandlerSeconds: null, maxHandlerSeconds: null };
  return {
    meanHandlerSeconds: tally.totalMs / ended / MS_PER_SECOND,
    maxHandlerSeconds: tally.maxMs / MS_PER_SECOND,
  };
}

function byTraffic(a: TopicRow, b: TopicRow): number {
  return b.publishedPerSecond + b.handledPerSecond - a.publishedPerSecond - a.handledPerSecond;
}

function count(items: Iterable<unknown>): number {
  let found = 0;
  for (const _ of items) found += 1;
  return found;
}

const MS_PER_SECOND = 1_000;
const MAX_SUBSCRIPTIONS = 500;
