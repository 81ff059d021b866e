import { PRIORITY_NAMES, type Clock, type DropReason, type Priority } from '@tradewind/core-types';
import type { EventLogger } from '../../platform/event-logger.ts';
import type { PluginChain } from '../../routing/plugin-chain.ts';
import type { EmitEvent } from './client-events.ts';
import { dropChannel } from './channels.ts';
import { DROP_REASONS, dropColumn } from '../lanes/lane-counters.ts';
import type { LaneEntry } from '../lanes/lane-entry.ts';
import { MutableOutcome } from './mutable-outcome.ts';

export interface ReporterOptions {
  /** The name of the client, for diagnostics. */
  readonly client: string;
  readonly producer: string;
  readonly chain: PluginChain;
  readonly clock: Clock;
  readonly logger: EventLogger;
  readonly emit: EmitEvent;
}

/**
 * Tells the outside what became of messages: plugins by outcomes, operators by events and log lines, tools by the drop channel.
 * Counting is done before, by whoever reports.
 */
export class Reporter {
  /** Whether some plugin wants outcomes; building them is left out otherwise. */
  readonly observes: boolean;
  /** Filled by whoever reports, then given to {@link observe}. */
  readonly outcome: MutableOutcome;
  readonly #options: ReporterOptions;
  readonly #notices = new Map<number, DropNotice>();

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.observes = options.chain.observes;
    this.outcome = new MutableOutcome(options.producer);
  }

  observe(outcome: MutableOutcome): void {
    this.#options.chain.observe(outcome);
    outcome.error = undefined;
  }

  /** Which message an entry is. */
  identity(entry: LaneEntry): MessageIdentity {
    const received = entry.extras?.inbound?.received;
    const topic = entry.topic?.topic ?? '';
    if (received !== undefined) return { producer: received.producer, sequence: received.sequence, topic };
    return { producer: this.#options.producer, sequence: entry.sequence, topic };
  }

  /** A message or a delivery was given up. */
  dropped(message: MessageIdentity, priority: Priority, reason: DropReason): void {
    if (dropChannel.hasSubscribers) {
      const { producer, sequence, topic } = message;
      dropChannel.publish({ client: this.#options.client, producer, sequence, topic, priority, reason });
    }
    const slot = priority * DROP_REASONS.length + dropColumn(reason);
    const notice = this.#notices.get(slot);
    if (notice === undefined) {
      const fresh: DropNotice = { priority, reason, dropped: 1 };
      this.#notices.set(slot, fresh);
      this.#tell(slot, fresh);
    } else {
      notice.dropped += 1;
    }
  }

  /** Tells of a drop, and of those that follow within the next second at its end. */
  #tell(slot: number, notice: DropNotice): void {
    const { emit, logger, clock } = this.#options;
    const { priority, reason, dropped } = notice;
    notice.dropped = 0;
    clock.setTimer(
      () => {
        if (notice.dropped === 0) this.#notices.delete(slot);
        else this.#tell(slot, notice);
      },
      NOTICE_WINDOW_MS,
      { background: true },
    );
    logger.warn(
      { event: 'lane.dropping', priority: PRIORITY_NAMES[priority], reason, dropped },
      `Gave up ${dropped} of priority ${PRIORITY_NAMES[priority]}: ${reason}.`,
    );
    emit('drop', { priority, reason, dropped });
  }
}

/** Which message something was about. */
export interface MessageIdentity {
  readonly producer: string;
  readonly sequence: number;
  readonly topic: string;
}

interface DropNotice {
  readonly priority: Priority;
  readonly reason: DropReason;
  dropped: number;
}

const NOTICE_WINDOW_MS = 1_000;
