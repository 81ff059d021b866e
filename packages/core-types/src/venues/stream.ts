import type { VenueError } from './venue-error.ts';

/**
 * How a stream of a venue is doing.
 *
 * `live`: what happens at the venue arrives. `interrupted`: the connection is down or resynchronizing, and the adapter works on it by
 * itself; what is known grows stale. `ended`: it will not come back; the last call that a listener gets.
 */
export type StreamState = 'live' | 'interrupted' | 'ended';

/** A change of the state of a stream. */
export interface StreamStateChange {
  readonly state: StreamState;
  /** This system's clock, in fractional milliseconds since the epoch. */
  readonly atMs: number;
  /** Why it was interrupted, or ended by itself. Absent for `live`, and when the subscriber or `close` ended it. */
  readonly error?: VenueError | undefined;
}

/**
 * Receives a stream. Both members are called synchronously, one at a time, in the order of the stream.
 *
 * Neither may block: hand the event to a bus. A throw is caught and logged by the adapter, and the next event comes all the same; what
 * is returned is ignored, so an asynchronous listener gets no back-pressure and its rejection is its own affair.
 */
export interface StreamListener<E> {
  /** Each event once. It is immutable and may be kept. */
  onEvent(event: E): void;
  /** Each change of state, `live` first. Between `interrupted` and `live` no event comes. Never called with the state it already has. */
  onState?(change: StreamStateChange): void;
}

/** A running stream, until it is disposed. */
export interface StreamSubscription extends Disposable {
  readonly state: StreamState;
  /** Ends the stream: when it returns, the listener is not called again. Calling it again does nothing. The same as `[Symbol.dispose]()`. */
  unsubscribe(): void;
}

/** What ends a wait early. */
export interface VenueCallOptions {
  /** Aborted: the call rejects with `ABORTED` and leaves nothing behind. Absent: the adapter's own deadlines alone. */
  readonly signal?: AbortSignal | undefined;
}
