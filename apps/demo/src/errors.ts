/** Every way in which the demo says no. Switch on it; never on the text of the message. */
export type DemoErrorCode =
  | 'INVALID_ARGUMENTS'
  | 'NO_RECORDING'
  | 'EMPTY_RECORDING'
  | 'UNREADABLE_RECORDING'
  | 'REDIS_UNAVAILABLE';

/** What a {@link DemoError} says. */
export interface DemoErrorDetails {
  /** What was expected and what came, as one sentence. */
  readonly message: string;
  /** The next step, as a full sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** The one error class of the demo. Shown to its user as it stands, without a stack. */
export class DemoError extends Error {
  readonly code: DemoErrorCode;

  constructor(code: DemoErrorCode, details: DemoErrorDetails) {
    super(`${details.message} ${details.hint}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DemoError';
    this.code = code;
  }
}
