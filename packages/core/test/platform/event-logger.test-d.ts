import type { Logger } from '@tradewind/core-types';
import { describe, expectTypeOf, test } from 'vitest';
import type { EventLogger } from '../../src/platform/event-logger.ts';
import type { FailureLog } from '../../src/platform/failure-log.ts';

declare const logger: EventLogger;
declare const failures: FailureLog;

describe('EventLogger', () => {
  test('is what every logger is', () => {
    expectTypeOf<Logger>().toExtend<EventLogger>();
  });

  test('takes documented events only, at their level and with their fields', () => {
    logger.info({ event: 'client.closed', queued: 0, unsettled: 0 }, 'Closed.');
    logger.debug({ event: 'plugin.circuit-closed', plugin: 'cheapest-venue' }, 'A repetition.');
    // @ts-expect-error: it is logged as information
    logger.error({ event: 'client.closed', queued: 0, unsettled: 0 }, 'Closed.');
    // @ts-expect-error: no documented event
    logger.info({ event: 'client.restarted' }, 'Again.');
    // @ts-expect-error: `unsettled` is missing
    logger.info({ event: 'client.closed', queued: 0 }, 'Closed.');
  });

  test('holds back only lines that may tell how many were held back', () => {
    failures.error({ event: 'endpoint.failed', endpoint: 'Risk.check', error: 'refused' }, 'It failed.');
    // @ts-expect-error: a line of this event never says how many were suppressed
    failures.error({ event: 'thread.crashed', module: 'risk.js', error: 'out of memory' }, 'It crashed.');
  });
});
