/** Every way in which monitoring says no. Switch on it; never on the text of the message. */
export type MonitoringErrorCode =
  /** The registry has somebody else's metric of the same name. */
  | 'METRIC_TAKEN'
  /** Two parts would write the same series. */
  | 'DUPLICATE_PART'
  /** It was closed. */
  | 'CLOSED'
  /** Nobody can listen at the address. */
  | 'CANNOT_LISTEN'
  /** An address that others can reach needs a token. */
  | 'TOKEN_REQUIRED'
  /** A remedy that is not there, or may not run now. */
  | 'REMEDY_REFUSED'
  /** The folder for what is kept cannot be used. */
  | 'STATE_UNUSABLE'
  /** There is no such alert, or nothing of it can be acknowledged or escalated now. */
  | 'ALERT_REFUSED'
  /** A silence that matches nothing, everything, or for no time. */
  | 'SILENCE_REFUSED'
  /** A channel did not take a notification. */
  | 'NOT_NOTIFIED'
  /** A request to the dashboard that is not as it must be. */
  | 'REQUEST_REFUSED'
  /** A request to the dashboard about something that is not there. */
  | 'NOT_FOUND'
  /** An expression has no meaning for the series at hand. */
  | 'RULE_NOT_EVALUABLE';

/** What a {@link MonitoringError} is made of: what happened, what to do next, and the error behind it where there is one. */
export interface MonitoringErrorDetails {
  /** What was expected and what came, as one sentence. */
  readonly message: string;
  /** The next step, as a full sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/**
 * The error class of this package: what was asked for cannot be done.
 *
 * Invalid options are a `ValidationError` of `@tradewind/core-types` instead. Tell both by `code`, never by `instanceof`.
 */
export class MonitoringError extends Error {
  readonly code: MonitoringErrorCode;

  constructor(code: MonitoringErrorCode, details: MonitoringErrorDetails) {
    super(`${details.message} ${details.hint}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MonitoringError';
    this.code = code;
  }
}
