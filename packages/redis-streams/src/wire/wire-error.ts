/** Why bytes are no entry: written by a newer version, damaged on their way, or larger than this reader takes. */
export type WireErrorCode = 'UNKNOWN_VERSION' | 'CORRUPT' | 'TOO_LARGE';

/** Bytes that are no entry. They belong among the dead letters. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'WireError';
    this.code = code;
  }
}
