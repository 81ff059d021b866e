import type { LOG_EVENTS, LogEvent, LogLine } from '@tradewind/core-types';

/** The documented events of a level. */
type EventOfLevel<Level> = {
  [E in LogEvent]: (typeof LOG_EVENTS)[E]['level'] extends Level ? E : never;
}[LogEvent];

type WriteLine<E extends LogEvent> = (fields: LogLine<E>, message: string) => void;

/**
 * A logger as the parts of this package see it: it takes documented events alone, at their level and with their fields, so that a line
 * that operators cannot know of does not compile. Every `Logger` is one.
 */
export interface EventLogger {
  /** Any event: what has been told before at its own level is repeated here. */
  readonly debug: WriteLine<LogEvent>;
  readonly info: WriteLine<EventOfLevel<'info'>>;
  readonly warn: WriteLine<EventOfLevel<'warn'>>;
  readonly error: WriteLine<EventOfLevel<'error'>>;
}
