import type { Clock, Timer } from '@tradewind/core-types';
import { BusError } from '../errors.ts';
import type { EventLogger } from '../platform/event-logger.ts';
import type { ConsumerGroup } from './consumer-group.ts';

interface Disagreement {
  readonly sinceMs: number;
  readonly timer: Timer;
}

/**
 * Watches whether the consumers of a group have the same set of patterns: otherwise what a message reaches depends on who gets it.
 *
 * While clients start, or change their subscriptions one after the other, they differ for a moment. So the log gets its line
 * (`group.patterns-differ`, with a `GROUP_PATTERNS_DIFFER` error) when a difference has lasted for five seconds, once; `health` shows it as long as it lasts.
 */
export class GroupAgreement {
  readonly #clock: Clock;
  readonly #logger: EventLogger;
  readonly #disagreements = new Map<ConsumerGroup, Disagreement>();

  constructor(clock: Clock, logger: EventLogger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The members of a group, or their patterns, have changed. `path` is the name of the transport concerned, for the log. */
  check(group: ConsumerGroup, path: string): void {
    const differ = group.patternsDiffer;
    const known = this.#disagreements.get(group);
    if (!differ && known !== undefined) {
      this.#clock.clearTimer(known.timer);
      this.#disagreements.delete(group);
    }
    if (!differ || known !== undefined) return;
    const timer = this.#clock.setTimer(() => this.#report(group, path), GRACE_MS, { background: true });
    this.#disagreements.set(group, { sinceMs: this.#clock.now(), timer });
  }

  /** Since when the consumers of a group have differed; undefined when they agree. */
  differsSinceMs(group: ConsumerGroup): number | undefined {
    return this.#disagreements.get(group)?.sinceMs;
  }

  #report(group: ConsumerGroup, path: string): void {
    const error = new BusError('GROUP_PATTERNS_DIFFER', {
      message: `Expected all consumers of the group ${group.name} to have the same patterns, and they have had different ones for ${GRACE_MS} ms.`,
      hint: 'Give all clients of the group the same subscriptions, or separate groups.',
    });
    try {
      this.#logger.error({ event: 'group.patterns-differ', path, group: group.name, error }, error.message);
    } catch {
      // A logger that throws is ignored: the bus does not depend on it.
    }
  }
}

const GRACE_MS = 5_000;
