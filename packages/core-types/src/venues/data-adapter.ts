import type { BarType } from '../market/bar-type.ts';
import type { InstrumentId } from '../market/instrument-id.ts';
import type { MarketEventOf, MarketEventType } from '../market/market-event.ts';
import type { StreamListener, StreamSubscription, VenueCallOptions } from './stream.ts';

/** Kinds of market data that can be subscribed to. `book` brings snapshots and deltas in one stream, since neither is of use alone. */
export type DataKind =
  | 'quote'
  | 'trade'
  | 'ticker'
  | 'book'
  | 'bar'
  | 'instrument'
  | 'instrument_status'
  | 'funding_rate';

/** One instrument's data of one kind. */
export type DataRequest<K extends DataKind = DataKind> = K extends 'bar'
  ? { readonly kind: 'bar'; readonly barType: BarType }
  : K extends 'book'
    ? {
        readonly kind: 'book';
        readonly instrumentId: InstrumentId;
        /** Levels a side, at least; the adapter takes the venue's next larger depth. Absent: the deepest that the venue offers. */
        readonly depth?: number | undefined;
      }
    : K extends 'instrument'
      ? {
          readonly kind: 'instrument';
          /** Absent: all instruments of the venue. */
          readonly instrumentId?: InstrumentId | undefined;
        }
      : { readonly kind: K; readonly instrumentId: InstrumentId };

/** The events that a kind of data brings: a book brings `BookSnapshot | BookDeltas`, every other kind its own event. */
export type DataEvent<K extends DataKind = DataKind> = MarketEventOf<
  K extends 'book' ? 'book_snapshot' | 'book_deltas' : K & MarketEventType
>;

/** What an adapter offers. Constant from `connect` on; before it, what the adapter offers at best. */
export interface DataCapabilities {
  readonly kinds: readonly DataKind[];
  /** The depths of book that the venue streams, smallest first; `'full'` is the whole book. Empty without `book`. */
  readonly bookDepths: readonly (number | 'full')[];
  /** Whether events carry the venue's time (`tsEventNs`); where false it is always null. */
  readonly eventTimes: boolean;
  /** Whether the venue numbers its updates, so that `gapBefore` can be a count and not only `'unknown'`. */
  readonly venueSequences: boolean;
  /** How many subscriptions may be open at once. Absent: no bound that is known. */
  readonly maxSubscriptions?: number | undefined;
}

/**
 * Brings market data of one venue into the system. To be implemented for each venue; five members, and nothing to inherit from.
 *
 * Life: made (no connection, no timer), `connect` once, `subscribe` any number of times, `close` once. One object serves one venue; it
 * does not know a bus: what it gives to a listener, the caller publishes.
 *
 * Promises of every implementation:
 *
 * 1. Decimals are canonical text in the venue's digits, never passed through a binary float. Symbols are the venue's own.
 * 2. Within a subscription `sequence` counts the events one by one from 1, across reconnects, and `tsInitNs` never decreases.
 * 3. Nothing is lost silently: the first event after a loss carries `gapBefore`, a count where the venue numbers its updates, otherwise
 *    `'unknown'`. After a reconnect every subscription's first event carries it, unless the adapter knows that nothing was missed.
 * 4. A book stream starts with a `BookSnapshot`. After a gap comes a new one, which carries `gapBefore`; deltas older than it are dropped.
 *    A failed checksum counts as a gap.
 * 5. Reconnecting is the adapter's own work, with backoff, for as long as it is open; it renews the subscriptions by itself.
 * 6. No event reaches a listener before its `subscribe` was called, or after `unsubscribe` or `close` returned.
 *
 * An adapter must not: block the event loop for more than a millisecond at a time, keep listeners' events waiting behind another's
 * network call, invent events (a quote made out of a book is the caller's work), put credentials into an error or a log line, or throw
 * out of a timer or socket callback.
 *
 * Failures are `VenueError`s, told apart by `code`; each member says which.
 */
export interface DataAdapter {
  /** The venue of all its instruments: the part after the last dot of their ids, such as `KRAKEN`. */
  readonly venue: string;

  /** What can be asked of it. Cheap, never fails, may be called at any time. */
  capabilities(): DataCapabilities;

  /**
   * Opens the connection. Called once, before the first `subscribe`; a second call returns the first one's promise.
   *
   * Resolves when subscriptions can be made; rejects with `AUTHENTICATION_FAILED`, `VENUE_UNAVAILABLE`, `TIMEOUT`, `ABORTED` or
   * `CLOSED`. After a rejection nothing is left open, and it may be called again. Losing the connection later does not reject
   * anything: it is told through the listeners' `onState`.
   */
  connect(options?: VenueCallOptions): Promise<void>;

  /**
   * Starts a stream. Called any number of times, also for the same request: each call is a stream of its own for its listener (the
   * adapter may share one channel of the venue among them, and gives each late one a book snapshot of its own).
   *
   * Resolves when the venue has acknowledged it; events may reach the listener before that. Rejects with `NOT_CONNECTED`,
   * `NOT_SUPPORTED`, `UNKNOWN_INSTRUMENT`, `PERMISSION_DENIED`, `RATE_LIMITED`, `TIMEOUT`, `VENUE_REFUSED`, `ABORTED` or `CLOSED`; then
   * the listener is not called again.
   */
  subscribe<K extends DataKind>(
    request: DataRequest<K> & { readonly kind: K },
    listener: StreamListener<DataEvent<K>>,
    options?: VenueCallOptions,
  ): Promise<StreamSubscription>;

  /**
   * Ends all streams (each listener gets `ended` without an error) and the connection. Resolves when sockets and timers are gone, within
   * 5 seconds; never rejects. Calling it again returns the same promise; a waiting `connect` or `subscribe` rejects with `CLOSED`.
   */
  close(): Promise<void>;
}
