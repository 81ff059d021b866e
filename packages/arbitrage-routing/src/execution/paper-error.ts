import type { VenueError, VenueErrorCode } from '@tradewind/core-types';

/** What a {@link PaperVenueError} is made of. */
export interface PaperVenueErrorDetails {
  readonly venue: string;
  readonly message: string;
  readonly mayHaveBeenSent?: boolean | undefined;
}

/** How a paper exchange fails: a `VenueError` like those of real adapters. Tell it by `code`. */
export class PaperVenueError extends Error implements VenueError {
  readonly code: VenueErrorCode;
  readonly venue: string;
  readonly retryable: boolean;
  readonly mayHaveBeenSent: boolean;

  constructor(code: VenueErrorCode, { venue, message, mayHaveBeenSent = false }: PaperVenueErrorDetails) {
    super(message);
    this.name = 'PaperVenueError';
    this.code = code;
    this.venue = venue;
    this.retryable = code === 'TIMEOUT';
    this.mayHaveBeenSent = mayHaveBeenSent;
  }
}
