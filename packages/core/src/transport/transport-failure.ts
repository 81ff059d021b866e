import type { RejectedMessage, TransportError, TransportErrorCode } from '@tradewind/core-types';

/** What a failure is made of: its sentences, and the members of the contract's `TransportError`. */
export interface TransportFailureDetails {
  /** What happened, what was expected and what came, as one sentence. */
  readonly message: string;
  /** The next step, as a full sentence. */
  readonly hint: string;
  readonly retryable: boolean;
  readonly mayHaveBeenStored: boolean;
  readonly rejected?: readonly RejectedMessage[] | undefined;
  readonly cause?: unknown;
}

/** How the transports of this package fail: the `TransportError` of the contract. Tell it by `code`. */
export class TransportFailure extends Error implements TransportError {
  readonly code: TransportErrorCode;
  readonly retryable: boolean;
  readonly mayHaveBeenStored: boolean;
  readonly rejected: readonly RejectedMessage[] | undefined;

  constructor(code: TransportErrorCode, details: TransportFailureDetails) {
    super(`${details.message} ${details.hint}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TransportFailure';
    this.code = code;
    this.retryable = details.retryable;
    this.mayHaveBeenStored = details.mayHaveBeenStored;
    this.rejected = details.rejected;
  }
}
