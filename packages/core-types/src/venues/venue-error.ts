/**
 * Why a venue adapter could not do what it was asked.
 *
 * | code | meaning | the caller's next step |
 * |---|---|---|
 * | `NOT_CONNECTED` | `connect` was not called, or has not resolved, or the connection is down | wait for the state `live`, or connect |
 * | `CLOSED` | `close` was called | make a new adapter |
 * | `ABORTED` | the caller's `AbortSignal` was aborted | none |
 * | `NOT_SUPPORTED` | `capabilities()` does not offer it | ask for something it offers |
 * | `UNKNOWN_INSTRUMENT` | the venue does not list the instrument | check the symbol's spelling |
 * | `UNKNOWN_ORDER` | neither adapter nor venue knows the order, or it is closed | look at a snapshot |
 * | `DUPLICATE_ORDER` | this `clientOrderId` was used before | none: the first one counts |
 * | `AUTHENTICATION_FAILED` | the venue refuses the credentials | mend the configuration; a retry is useless |
 * | `PERMISSION_DENIED` | credentials are right, but not for this | mend the permissions |
 * | `RATE_LIMITED` | the venue or the adapter's own limiter refuses | try again after `retryAfterMs` |
 * | `TIMEOUT` | no answer in time | for an order: see `mayHaveBeenSent` |
 * | `VENUE_UNAVAILABLE` | the venue is down, in maintenance, or unreachable | try again later |
 * | `VENUE_REFUSED` | the venue refused for a reason of its own, which is in the message | read it |
 * | `PROTOCOL_ERROR` | the venue sent what the adapter cannot read | report it: the adapter is out of date |
 */
export type VenueErrorCode =
  | 'NOT_CONNECTED'
  | 'CLOSED'
  | 'ABORTED'
  | 'NOT_SUPPORTED'
  | 'UNKNOWN_INSTRUMENT'
  | 'UNKNOWN_ORDER'
  | 'DUPLICATE_ORDER'
  | 'AUTHENTICATION_FAILED'
  | 'PERMISSION_DENIED'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'VENUE_UNAVAILABLE'
  | 'VENUE_REFUSED'
  | 'PROTOCOL_ERROR';

/** How an adapter fails. Each adapter package has its own class with these members; tell it by `code`, never by `instanceof`. */
export interface VenueError extends Error {
  readonly code: VenueErrorCode;
  readonly venue: string;
  /** Whether trying the same again may succeed. */
  readonly retryable: boolean;
  /**
   * Whether a command may have reached the venue all the same, as after a timeout. False for everything but commands. When true, send
   * nothing again: wait for its event, or take a snapshot and look for the `clientOrderId`.
   */
  readonly mayHaveBeenSent: boolean;
  /** For `RATE_LIMITED`: when to try again, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
}
