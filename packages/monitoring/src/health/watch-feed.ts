import {
  systemClock,
  type Clock,
  type DataAdapter,
  type DataCapabilities,
  type DataEvent,
  type DataKind,
  type DataRequest,
  type Health,
  type HealthSource,
  type HealthStatus,
  type MetricsSink,
  type MetricsSource,
  type Remediable,
  type Remedy,
  type StreamListener,
  type StreamSubscription,
  type VenueCallOptions,
} from '@tradewind/core-types';
import { FeedStream } from './feed-stream.ts';

/** When a feed counts as ill. */
export interface WatchFeedOptions {
  /** Default: the venue in lower case. */
  readonly name?: string | undefined;
  /** A stream without an event for so long is stale, in milliseconds. Default 30,000; `Infinity` for instruments that trade seldom. */
  readonly staleAfterMs?: number | undefined;
  /** Default: the system clock, which no change of the wall clock moves: how long a stream is silent is a duration. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** An adapter that is watched: to be used in place of the one that it stands before. */
export type WatchedFeed = DataAdapter & HealthSource & MetricsSource & Remediable;

/**
 * Stands before an adapter of a venue: counts what comes through, notices streams that fall silent, and can subscribe to them anew.
 *
 * Cost: an addition and a comparison for each event, and no clock: how long a stream has been silent is seen by whoever asks for its health or
 * metrics, to the precision of its asking.
 */
export function watchFeed(adapter: DataAdapter, options: WatchFeedOptions = {}): WatchedFeed {
  return new Feed(adapter, options);
}

/** When something last came, as far as anybody looked. */
interface LastSeen {
  events: number;
  atMs: number;
}

class Feed implements WatchedFeed {
  readonly name: string;
  readonly venue: string;
  readonly #adapter: DataAdapter;
  readonly #staleAfterMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #streams = new Map<FeedStream, LastSeen>();
  readonly #past = { events: 0, gaps: 0, resubscriptions: 0 };
  #health: Health;
  #isClosed = false;

  constructor(adapter: DataAdapter, { name, staleAfterMs = 30_000, clock = systemClock }: WatchFeedOptions) {
    this.venue = adapter.venue;
    this.name = name ?? adapter.venue.toLowerCase();
    this.#adapter = adapter;
    this.#staleAfterMs = staleAfterMs;
    this.#clock = clock;
    this.#health = { status: 'up', reason: '', sinceMs: clock.now() };
  }

  capabilities(): DataCapabilities {
    return this.#adapter.capabilities();
  }

  connect(options?: VenueCallOptions): Promise<void> {
    return this.#adapter.connect(options);
  }

  async subscribe<K extends DataKind>(
    request: DataRequest<K> & { readonly kind: K },
    listener: StreamListener<DataEvent<K>>,
    options?: VenueCallOptions,
  ): Promise<StreamSubscription> {
    const stream = new FeedStream(this.#adapter, { request, listener, clock: this.#clock });
    await stream.open(options);
    this.#streams.set(stream as unknown as FeedStream, { events: 0, atMs: this.#clock.now() });
    return stream;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#adapter.close();
  }

  /** Down when no stream brings anything, degraded when some do not. */
  health(): Health {
    const { status, reason } = this.#find();
    const sinceMs = status === this.#health.status ? this.#health.sinceMs : this.#clock.now();
    this.#health = { status, reason, sinceMs };
    return this.#health;
  }

  collect(into: MetricsSink): void {
    for (const [name, help] of Object.entries(HELP)) into.describe(name, help);
    const sums = { ...this.#past };
    let oldest = 0;
    for (const [stream, seen] of this.#look()) {
      sums.events += stream.events;
      sums.gaps += stream.gaps;
      sums.resubscriptions += stream.resubscriptions;
      oldest = Math.max(oldest, this.#clock.now() - seen.atMs);
    }
    const venue = this.venue;
    into.counter('tradewind_feed_events_total', sums.events, { venue });
    into.counter('tradewind_feed_gaps_total', sums.gaps, { venue });
    into.counter('tradewind_feed_resubscriptions_total', sums.resubscriptions, { venue });
    into.gauge('tradewind_feed_streams', this.#streams.size, { venue });
    into.gauge('tradewind_feed_ill_streams', this.#ill().length, { venue });
    into.gauge('tradewind_feed_silent_seconds', oldest / MS_PER_SECOND, { venue });
  }

  remedies(): readonly Remedy[] {
    return [
      {
        name: 'resubscribe',
        description: 'Subscribes anew to the streams that are silent, interrupted or ended.',
        run: async () => {
          const ill = this.#ill();
          await Promise.all(ill.map(([stream]) => stream.reopen()));
          for (const [, seen] of ill) seen.atMs = this.#clock.now();
        },
      },
    ];
  }

  #find(): { readonly status: HealthStatus; readonly reason: string } {
    if (this.#isClosed) return { status: 'down', reason: 'closed' };
    const ill = this.#ill();
    if (ill.length === 0) return { status: 'up', reason: '' };
    const kinds = [...new Set(ill.map(([{ kind }]) => kind))].join(', ');
    const reason = `${ill.length} of ${this.#streams.size} streams bring nothing (${kinds})`;
    return { status: ill.length === this.#streams.size ? 'down' : 'degraded', reason };
  }

  #ill(): readonly (readonly [FeedStream, LastSeen])[] {
    const nowMs = this.#clock.now();
    return [...this.#look()].filter(
      ([stream, { atMs }]) => stream.state !== 'live' || nowMs - atMs >= this.#staleAfterMs,
    );
  }

  /** Notes which streams have brought something since the last look, and forgets those that were ended. */
  #look(): ReadonlyMap<FeedStream, LastSeen> {
    for (const [stream, seen] of this.#streams) {
      if (stream.isOver) {
        this.#streams.delete(stream);
        this.#past.events += stream.events;
        this.#past.gaps += stream.gaps;
        this.#past.resubscriptions += stream.resubscriptions;
      } else if (stream.events !== seen.events) {
        seen.events = stream.events;
        seen.atMs = this.#clock.now();
      }
    }
    return this.#streams;
  }
}

const HELP = {
  tradewind_feed_events_total: 'Events that a feed has brought.',
  tradewind_feed_gaps_total: 'Events that came after a gap.',
  tradewind_feed_resubscriptions_total: 'How often a stream was subscribed to anew.',
  tradewind_feed_streams: 'Streams that are subscribed to.',
  tradewind_feed_ill_streams: 'Streams that are silent for too long, interrupted or ended.',
  tradewind_feed_silent_seconds: 'For how long the most silent stream has brought nothing.',
};
const MS_PER_SECOND = 1_000;
