/** Every way in which a benchmark says that it cannot be run, read or trusted. Switch on it; never on the text of the message. */
export type BenchmarkErrorCode =
  | 'MISSING_PEER'
  | 'SERVER_MISSING'
  | 'UNKNOWN_CONTENDER'
  | 'UNKNOWN_WORKLOAD'
  | 'INVALID_MODULE'
  | 'INVALID_ARGUMENTS'
  | 'RUN_FAILED'
  | 'UNREADABLE_RECORDING'
  | 'UNREADABLE_RESULT'
  | 'SUBJECT_NOT_BUILT'
  | 'BASELINE_PINNED';

/** What a {@link BenchmarkError} is made of: what happened, what to do next, and the error behind it where there is one. */
export interface BenchmarkErrorDetails {
  /** What happened, what was expected and what came, as one sentence. */
  readonly message: string;
  /** The next step, as a full sentence. */
  readonly hint: string;
  readonly cause?: unknown;
}

/**
 * The error class of this package. A mistake in options is a `ValidationError` of `@tradewind/core-types` instead. Tell both by
 * `code`, never by `instanceof`.
 */
export class BenchmarkError extends Error {
  readonly code: BenchmarkErrorCode;

  constructor(code: BenchmarkErrorCode, details: BenchmarkErrorDetails) {
    super(`${details.message} ${details.hint}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'BenchmarkError';
    this.code = code;
  }
}
