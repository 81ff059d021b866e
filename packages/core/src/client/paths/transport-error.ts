import { errorCode, type RejectedMessage } from '@tradewind/core-types';

/** What can be done about a batch that a transport did not store. */
export interface TransportFault {
  /** Offering it again may help. */
  readonly retryable: boolean;
  /** The messages that can never be stored, while the others were; undefined: it concerns the whole batch. */
  readonly rejected: readonly RejectedMessage[] | undefined;
}

/** Reads what a transport rejected with. Anything that is no `TransportError` is final: nobody knows what repeating it would do. */
export function transportFault(error: unknown): TransportFault {
  if (errorCode(error) === undefined || typeof error !== 'object' || error === null)
    return { retryable: false, rejected: undefined };
  const rejected =
    'rejected' in error && Array.isArray(error.rejected) ? (error.rejected as readonly RejectedMessage[]) : undefined;
  return { retryable: rejected === undefined && 'retryable' in error && error.retryable === true, rejected };
}
