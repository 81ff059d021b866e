import type { FeedEvent } from '../../src/events.ts';
import type { Feed } from '../../src/feed.ts';

/** One event, with the moment at which it was due. */
export interface TimedEvent {
  readonly micros: number;
  readonly event: FeedEvent;
}

/** Reads a feed to its end, or to a moment. */
export async function readFeed(
  feed: Feed,
  beforeMicros: number = Number.POSITIVE_INFINITY,
): Promise<readonly TimedEvent[]> {
  const events: TimedEvent[] = [];
  for (;;) {
    await feed.whenReady();
    const micros = feed.nextBefore(beforeMicros);
    if (micros !== undefined) events.push({ micros, event: feed.take() });
    else if (feed.whenReady() === undefined) return events;
  }
}
