import type { Logger } from '@tradewind/core-types';
import { REDIS_LOG_EVENTS, type RedisLogEvent } from './log-events.ts';

/** Writes the line of an event, at its documented level. A logger that throws is ignored: the transport does not depend on it. */
export function log(
  logger: Logger,
  event: RedisLogEvent,
  fields: Readonly<Record<string, unknown>>,
  message: string,
): void {
  try {
    logger[REDIS_LOG_EVENTS[event].level]({ event, ...fields }, message);
  } catch {
    return;
  }
}
