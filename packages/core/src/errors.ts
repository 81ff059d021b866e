/** Every way in which the buses of this package say no. Switch on it; never on the text of the message. */
export type BusErrorCode =
  | 'CLOSED'
  | 'ABORTED'
  | 'DUPLICATE_SUBSCRIPTION'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'RECURSION_LIMIT'
  | 'ENDPOINT_TAKEN'
  | 'UNKNOWN_ENDPOINT'
  | 'DUPLICATE_CORRELATION_ID'
  | 'REQUEST_TIMEOUT'
  | 'REQUEST_ABORTED'
  | 'REQUEST_FAILED'
  | 'TOO_MANY_REQUESTS'
  | 'LANE_FULL'
  | 'TOO_MANY_WAITERS'
  | 'HANDLER_TIMEOUT'
  | 'INVALID_PAYLOAD'
  | 'PAYLOAD_NOT_ENCODABLE'
  | 'DUPLICATE_PLUGIN'
  | 'TOO_MANY_FACTS'
  | 'GROUP_PATTERNS_DIFFER'
  | 'THREAD_CRASHED'
  | 'THREADS_BUSY'
  | 'MISSING_PEER'
  | 'DOES_NOT_SETTLE'
  | 'NOT_RECORDED';

/** What a {@link BusError} is made of: what happened, what to do next, and the error behind it where there is one. */
export interface BusErrorDetails {
  /** What happened, what was expected and what came, as one sentence. */
  readonly message: string;
  /** The next step, as a full sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/**
 * The error class of the buses: the bus cannot do what was asked, or an operation ended without success.
 *
 * Invalid input is a `ValidationError` of `@tradewind/core-types` instead. Tell both by `code`, never by `instanceof`.
 */
export class BusError extends Error {
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, details: BusErrorDetails) {
    super(`${details.message} ${details.hint}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'BusError';
    this.code = code;
  }
}
