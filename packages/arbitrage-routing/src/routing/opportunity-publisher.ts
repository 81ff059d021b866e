import { ValidationError, showValue, type Clock, type Timer } from '@tradewind/core-types';
import { isEnded, type Opportunity } from '../lifecycle/opportunity.ts';
import { arbitrageTopic } from './arbitrage-topic.ts';

/** An opportunity as it is published. */
export interface PublishedOpportunity extends Opportunity {
  /**
   * The how many-th publication of this opportunity, from 1. States of different levels of urgency may overtake each other: whoever has seen a larger number of
   * the same `id` has something newer, and passes this one over.
   */
  readonly sequence: number;
}

/** How one is to be published. */
export interface OpportunityPublishOptions {
  /**
   * `{id}/{level}`, as `desk#17/2`: how many levels of urgency it has reached. A bus moves a key to another lane only when nothing of it waits, so that a more
   * urgent state needs a key that the waiting one does not have. Within a level a newer state takes the older one's place.
   */
  readonly orderingKey: string;
}

/** What makes a publisher of opportunities. */
export interface OpportunityPublisherOptions {
  /**
   * Gives a message to a bus; false: the bus refused it. Hand the options on as they are:
   * `(topic, each, options) => bus.publish(topic, each, options)`.
   */
  readonly publish: (topic: string, opportunity: PublishedOpportunity, options: OpportunityPublishOptions) => boolean;
  /** What is known of one by now: `(id) => tracker.find(id)`. Asked before one is published again, since its end may have moved away. */
  readonly current: (id: string) => Opportunity | undefined;
  readonly clock: Clock;
  /** Remaining milliseconds at which one is published again, so that the router sees it in a more urgent light. Default 2,000, 500 and 100. At most 8. */
  readonly escalateAtMs?: readonly number[] | undefined;
}

interface LiveEntry {
  opportunity: Opportunity;
  reached: number;
  /** How often it was published. */
  sequence: number;
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
 *
 * Each level is an ordering key of its own: what is published at it does not wait for what waits in a slower lane, overtakes it, and may be handled beside it.
 * `sequence` tells which is newer; the overtaken one is delivered later, if its expiry leaves it the time. A rise of profit, survival or the like within a
 * level changes the lane only when nothing of that level waits.
 */
export class OpportunityPublisher implements Disposable {
  readonly #publish: OpportunityPublisherOptions['publish'];
  readonly #current: (id: string) => Opportunity | undefined;
  readonly #clock: Clock;
  readonly #levels: readonly number[];
  /** The live ones, each with the level that it has reached: levels below `reached` are behind it. */
  readonly #live = new Map<string, LiveEntry>();
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
    const before = this.#live.get(opportunity.id);
    if (isEnded(opportunity.state)) {
      // Its end concerns only those who were told of it: one that ends unconfirmed was never published.
      if (before === undefined) return;
      this.#live.delete(opportunity.id);
      before.opportunity = opportunity;
      this.#send(before);
      return;
    }
    const entry = before ?? { opportunity, reached: 0, sequence: 0 };
    entry.opportunity = opportunity;
    // A fresher quote moves the end away again; a level that was reached stays reached.
    entry.reached = Math.max(entry.reached, this.#levelOf(opportunity));
    this.#live.set(opportunity.id, entry);
    this.#send(entry);
    this.#arm(entry);
  };

  /** Ends its timer; nothing is published afterwards. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#live.clear();
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
  }

  #send(entry: LiveEntry): void {
    const { opportunity, reached } = entry;
    entry.sequence += 1;
    this.#counts.published += 1;
    const published = { ...opportunity, sequence: entry.sequence };
    const options = { orderingKey: `${opportunity.id}/${reached}` };
    if (!this.#publish(arbitrageTopic(opportunity), published, options)) this.#counts.refused += 1;
  }

  /** How many levels it has reached. */
  #levelOf({ expiresAtNs }: Opportunity): number {
    const remainingMs = Number(expiresAtNs) / NS_PER_MS - this.#clock.now();
    return this.#levels.filter((level) => remainingMs < level).length;
  }

  /** Sees to it that the timer fires just after the next level is reached. */
  #arm({ opportunity: { expiresAtNs }, reached }: LiveEntry): void {
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
        this.#send(entry);
      }
    }
    // In a pass of its own: what was published may have ended others.
    for (const entry of this.#live.values()) this.#arm(entry);
  }
}

const DEFAULT_LEVELS = [2000, 500, 100];
const MAX_LEVELS = 8;
const MAX_LEVEL_MS = 1e9;
const NS_PER_MS = 1e6;
/** A level is reached below its bound, not at it. */
const PAST_MS = 0.01;
