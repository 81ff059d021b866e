import { ValidationError, showValue, type Clock, type Timer } from '@tradewind/core-types';
import { isEnded, type Opportunity } from '../lifecycle/opportunity.ts';
import { arbitrageTopic } from './arbitrage-topic.ts';

/** What makes a publisher of opportunities. */
export interface OpportunityPublisherOptions {
  /**
   * Gives a message to a bus; false: the bus refused it. Let each opportunity be an ordering key of its own, since many share a topic, and a key changes its
   * lane only when nothing of it waits: `(topic, each) => bus.publish(topic, each, { orderingKey: each.id })`.
   */
  readonly publish: (topic: string, opportunity: Opportunity) => boolean;
  /** What is known of one by now: `(id) => tracker.find(id)`. Asked before one is published again, since its end may have moved away. */
  readonly current: (id: string) => Opportunity | undefined;
  readonly clock: Clock;
  /** Remaining milliseconds at which one is published again, so that the router sees it in a more urgent light. Default 2,000, 500 and 100. At most 8. */
  readonly escalateAtMs?: readonly number[] | undefined;
}

/** What became of what was to be published. */
export interface PublisherCounts {
  readonly published: number;
  /** Published again because the end came near; counted in `published` too. */
  readonly escalated: number;
  readonly refused: number;
}

/**
 * Publishes opportunities from `confirmed` on: each state, each update, and once more for each level of urgency that it reaches before its end.
 *
 * Give its `onOpportunity` to a tracker as listener. It keeps what is live and one timer for all of it. Whoever acts calls the tracker's
 * `route` first, so that the same opportunity, published again, is acted on once.
 */
export class OpportunityPublisher implements Disposable {
  readonly #publish: (topic: string, opportunity: Opportunity) => boolean;
  readonly #current: (id: string) => Opportunity | undefined;
  readonly #clock: Clock;
  readonly #levels: readonly number[];
  /** The live ones, each with the level that it has reached: levels below `reached` are behind it. */
  readonly #live = new Map<string, { opportunity: Opportunity; reached: number }>();
  readonly #counts = { published: 0, escalated: 0, refused: 0 };
  #timer: Timer | undefined;
  #timerAtMs = Infinity;
  #isDisposed = false;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor({ publish, current, clock, escalateAtMs = DEFAULT_LEVELS }: OpportunityPublisherOptions) {
    if (escalateAtMs.length > MAX_LEVELS || escalateAtMs.some((level) => !(level > 0 && level < MAX_LEVEL_MS))) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'escalateAtMs',
        expected: `at most ${MAX_LEVELS} numbers above 0 and below ${MAX_LEVEL_MS}`,
        received: showValue(escalateAtMs),
        hint: 'Give the remaining milliseconds at which an opportunity becomes more urgent.',
      });
    }
    this.#publish = publish;
    this.#current = current;
    this.#clock = clock;
    this.#levels = escalateAtMs.toSorted((a, b) => b - a);
  }

  /** A copy. */
  counts(): PublisherCounts {
    return { ...this.#counts };
  }

  /** For `OpportunityTracker`. Bound, so that it can be handed over as it is. */
  readonly onOpportunity: (opportunity: Opportunity) => void = (opportunity) => {
    if (this.#isDisposed || opportunity.state === 'detected') return;
    if (isEnded(opportunity.state)) {
      // Its end concerns only those who were told of it: one that ends unconfirmed was never published.
      if (this.#live.delete(opportunity.id)) this.#send(opportunity);
      return;
    }
    const before = this.#live.get(opportunity.id);
    // A fresher quote moves the end away again; a level that was reached stays reached.
    const reached = Math.max(before?.reached ?? 0, this.#levelOf(opportunity));
    this.#live.set(opportunity.id, { opportunity, reached });
    this.#send(opportunity);
    this.#arm(opportunity, reached);
  };

  /** Ends its timer; nothing is published afterwards. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#live.clear();
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
  }

  #send(opportunity: Opportunity): void {
    this.#counts.published += 1;
    if (!this.#publish(arbitrageTopic(opportunity), opportunity)) this.#counts.refused += 1;
  }

  /** How many levels it has reached. */
  #levelOf({ expiresAtNs }: Opportunity): number {
    const remainingMs = Number(expiresAtNs) / NS_PER_MS - this.#clock.now();
    return this.#levels.filter((level) => remainingMs < level).length;
  }

  /** Sees to it that the timer fires just after the next level is reached. */
  #arm({ expiresAtNs }: Opportunity, reached: number): void {
    const level = this.#levels[reached];
    if (level === undefined) return;
    const atMs = Number(expiresAtNs) / NS_PER_MS - level + PAST_MS;
    if (atMs >= this.#timerAtMs) return;
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = this.#clock.setTimer(() => this.#escalate(), Math.max(0, atMs - this.#clock.now()), {
      background: true,
    });
  }

  #escalate(): void {
    this.#timer = undefined;
    this.#timerAtMs = Infinity;
    for (const entry of this.#live.values()) {
      entry.opportunity = this.#current(entry.opportunity.id) ?? entry.opportunity;
      const level = this.#levelOf(entry.opportunity);
      if (level > entry.reached) {
        entry.reached = level;
        this.#counts.escalated += 1;
        this.#send(entry.opportunity);
      }
    }
    // In a pass of its own: what was published may have ended others.
    for (const { opportunity, reached } of this.#live.values()) this.#arm(opportunity, reached);
  }
}

const DEFAULT_LEVELS = [2000, 500, 100];
const MAX_LEVELS = 8;
const MAX_LEVEL_MS = 1e9;
const NS_PER_MS = 1e6;
/** A level is reached below its bound, not at it. */
const PAST_MS = 0.01;
