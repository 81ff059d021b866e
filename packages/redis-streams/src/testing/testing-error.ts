/** Every way in which a test server cannot be had. */
export type RedisTestingErrorCode =
  | 'SERVER_MISSING'
  | 'SERVER_EXITED'
  | 'SERVER_NOT_READY'
  | 'SERVER_NOT_RUNNING'
  | 'NO_FREE_PORT'
  | 'TOPOLOGY_NOT_READY';

/** The error class of the test servers: tell it by `code`. */
export class RedisTestingError extends Error {
  /** What to switch on; the text of the message may change. */
  readonly code: RedisTestingErrorCode;

  constructor(code: RedisTestingErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RedisTestingError';
    this.code = code;
  }
}
