/**
 * What went wrong with a stored state.
 *
 * | code | meaning |
 * |---|---|
 * | `CORRUPT_STATE` | it is not what was saved: cut off, changed, of another format, or not finite |
 * | `STATE_STORE_FAILED` | the file system or the server did not do what it was asked; `cause` says why |
 */
export type StateErrorCode = 'CORRUPT_STATE' | 'STATE_STORE_FAILED';

/** A state could not be read or written. Tell it by `code`. */
export class StateError extends Error {
  readonly code: StateErrorCode;

  constructor(code: StateErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StateError';
    this.code = code;
  }
}
