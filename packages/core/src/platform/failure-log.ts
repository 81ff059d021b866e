import type { Clock, LogEvent, LogLine } from '@tradewind/core-types';
import type { EventLogger } from './event-logger.ts';
import { ignoreRejection } from './on-rejection.ts';

/** The events whose lines may tell how many were held back. */
type FailureEvent = { [E in LogEvent]: 'suppressed' extends keyof LogLine<E> ? E : never }[LogEvent];

/**
 * Writes failures to the log, at most ten lines a second: a handler that fails for every message of a feed must not bury the log.
 *
 * What was held back is told by the field `suppressed` of the next line. Never throws.
 */
export class FailureLog {
  readonly #logger: EventLogger;
  readonly #clock: Clock;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #linesInWindow = 0;
  #suppressed = 0;

  constructor(logger: EventLogger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  error(fields: LogLine<FailureEvent>, message: string): void {
    if (!this.#hasRoom()) {
      this.#suppressed += 1;
      return;
    }
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    try {
      const answer: unknown = this.#logger.error(suppressed === 0 ? fields : { ...fields, suppressed }, message);
      if (answer !== undefined) ignoreRejection(answer);
    } catch {
      // A logger that throws or rejects is ignored: the failure it should have told of is counted all the same.
    }
  }

  #hasRoom(): boolean {
    const now = this.#clock.now();
    if (now - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = now;
      this.#linesInWindow = 0;
    }
    this.#linesInWindow += 1;
    return this.#linesInWindow <= MAX_LINES_PER_WINDOW;
  }
}

const WINDOW_MS = 1000;
const MAX_LINES_PER_WINDOW = 10;
