/** Structured fields of a log line. `event` names it; see {@link LOG_EVENTS}. */
export interface LogFields {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Writes one line: fields first, then a sentence for people. */
export type LogMethod = (fields: LogFields, message: string) => void;

/**
 * Where log lines go. A pino logger fits unwrapped, and so does `console`.
 *
 * Called rarely, never per message. A logger that throws is ignored.
 */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** Writes nothing: the default of every part that takes a logger. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
