import type { Clock, TimestampNs } from '@tradewind/core-types';
import type { Publication } from '../events.ts';
import type { Feed } from '../feed.ts';
import { EventQueue } from './event-queue.ts';
import type { Pacer } from './pacer.ts';
import type { ReactionLedger } from './reaction-ledger.ts';

/** Where the timeline puts what is due. */
export interface TimelinePublisher {
  /** Publishes one event of virtual time; the promise, where there is one, resolves when the next may come. */
  publish(publication: Publication, atMicros: number): Promise<void> | undefined;
}

/** What a timeline brings together. */
export interface TimelineOptions {
  readonly feed: Feed;
  readonly publisher: TimelinePublisher;
  readonly ledger: ReactionLedger;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Where virtual time ends, in microseconds; `Infinity`: with the feed. */
  readonly endMicros: number;
  /** Told of each silence that was not waited out. */
  readonly onSkip?: ((silence: Silence) => void) | undefined;
  /** How long to wait for a reaction before it counts as lost, in real milliseconds. Default 15,000. */
  readonly patienceMs?: number | undefined;
}

/** A time without events that would have taken too long to wait out. */
export interface Silence {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/**
 * The one writer: brings the events of the feed and the reactions of subscribers onto the bus, in the order of virtual time.
 *
 * What is published, in which order, depends on the feed and the reactions alone, never on how fast the handlers are: see
 * {@link ReactionLedger}. A full lane makes it wait, so that nothing is refused for good.
 */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #agenda = new EventQueue<Publication>();
  readonly #patienceMs: number;
  #nowMicros = 0;
  /** Everything before this moment has been published. */
  #reachedMicros = 0;
  #stopped = false;
  #running = false;
  #wake: (() => void) | undefined;
  #lateReactions = 0;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 15_000;
  }

  /** How far virtual time has come, in microseconds since the start of the feed. */
  get nowMicros(): number {
    return Math.max(this.#nowMicros, this.#reachedMicros);
  }

  get startNs(): TimestampNs {
    return this.#options.feed.startNs;
  }

  /** Whether it was stopped before its end. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Where the run ended: at its end, or at the last event when the feed ended or somebody stopped it before. */
  get endedAtMicros(): number {
    const { endMicros } = this.#options;
    return this.#reachedMicros >= endMicros ? endMicros : this.#nowMicros;
  }

  /** How far virtual time is behind the wall, in real milliseconds: what a slow consumer or a slow machine costs. */
  get lagMs(): number {
    const { pacer } = this.#options;
    if (!this.#running || pacer.speed === Number.POSITIVE_INFINITY) return 0;
    return Math.max(0, (pacer.dueMicros() - this.nowMicros) / 1000 / pacer.speed);
  }

  /** Reactions that came when their moment had passed. Not zero: the run does not repeat. */
  get lateReactions(): number {
    return this.#lateReactions;
  }

  /** Events on the agenda that the end has come before. */
  get unpublished(): number {
    return this.#agenda.size;
  }

  /**
   * Has an event published at a moment of virtual time. Two of the same moment go by `tieKey`, which is therefore unique among them.
   */
  schedule(atMicros: number, event: Publication, tieKey: string): void {
    if (atMicros < this.#nowMicros) this.#lateReactions += 1;
    this.#agenda.push(Math.max(atMicros, this.#nowMicros), event, tieKey);
  }

  /** Runs until the end, the end of the feed, or `stop`. */
  async run(): Promise<void> {
    this.#options.pacer.elapsedMs();
    this.#running = true;
    await this.#advance().finally(() => {
      this.#running = false;
    });
  }

  /** Ends the run after what is being published. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #advance(): Promise<void> {
    const { feed, ledger, pacer, endMicros } = this.#options;
    while (!this.#stopped) {
      // A feed of several files may have to read on in each of them.
      for (let loading = feed.whenReady(); loading !== undefined; loading = feed.whenReady()) await loading;
      const reactionsDue = ledger.earliestDue();
      const limit = Math.min(pacer.dueMicros(), endMicros, reactionsDue);
      const publishing = this.#publishSome(limit);
      if (publishing === undefined && Number.isFinite(limit)) this.#reachedMicros = limit;
      if (publishing !== undefined) await publishing;
      else if (limit >= endMicros || this.#isOver()) break;
      else if (limit === reactionsDue) await this.#waitForReaction();
      else if (!this.#skipSilence(limit)) await this.#sleep(POLL_MS);
    }
  }

  /**
   * Publishes what is due before a moment: a few hundred events, then the event loop has its turn.
   *
   * @returns A promise when there may be more; undefined when nothing was due.
   */
  #publishSome(limitMicros: number): Promise<void> | undefined {
    let limit = limitMicros;
    for (let count = 0; count < EVENTS_PER_TURN; count += 1) {
      const next = this.#takeBefore(limit);
      if (next === undefined) return count === 0 ? undefined : this.#turn();
      const waiting = this.#options.publisher.publish(next, this.#nowMicros);
      if (waiting !== undefined) return waiting;
      // What was just published may call for a reaction that is due before the limit.
      limit = Math.min(limit, this.#options.ledger.earliestDue());
    }
    return this.#turn();
  }

  /** The next event before a moment. At the same microsecond a reaction comes before the feed. */
  #takeBefore(limitMicros: number): Publication | undefined {
    const { feed } = this.#options;
    const scheduled = this.#agenda.peek();
    const scheduledAt = scheduled !== undefined && scheduled.atMicros < limitMicros ? scheduled.atMicros : undefined;
    const feedAt = feed.whenReady() === undefined ? feed.nextBefore(scheduledAt ?? limitMicros) : undefined;
    if (feedAt !== undefined) {
      this.#nowMicros = Math.max(this.#nowMicros, feedAt);
      return feed.take();
    }
    if (scheduledAt === undefined || feed.whenReady() !== undefined) return undefined;
    this.#nowMicros = Math.max(this.#nowMicros, scheduledAt);
    return this.#agenda.pop()?.value;
  }

  /** A recording may hold days without an event; nobody waits for them. */
  #skipSilence(fromMicros: number): boolean {
    const { feed, ledger, pacer, endMicros, onSkip } = this.#options;
    if (ledger.open > 0 || feed.whenReady() !== undefined) return false;
    const toMicros = Math.min(feed.nextBefore(endMicros) ?? endMicros, this.#agenda.peek()?.atMicros ?? endMicros);
    const waitMs = (toMicros - fromMicros) / 1000 / pacer.speed;
    if (!(waitMs > LONGEST_SILENCE_MS) || !Number.isFinite(waitMs)) return false;
    pacer.skipTo(toMicros);
    this.#reachedMicros = toMicros;
    onSkip?.({ fromMicros, toMicros });
    return true;
  }

  #isOver(): boolean {
    return this.#options.feed.ended && this.#agenda.size === 0 && this.#options.ledger.open === 0;
  }

  /** Waits for a reaction; one that does not come is given up on, visibly, instead of stopping the world. */
  async #waitForReaction(): Promise<void> {
    const { ledger, clock } = this.#options;
    const startedAtMs = clock.now();
    await Promise.race([ledger.nextChange(), this.#sleep(this.#patienceMs)]);
    this.#wake?.();
    if (clock.now() - startedAtMs >= this.#patienceMs) ledger.giveUp();
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.nextTurn(resolve);
    });
  }

  /** A timer of the clock does not keep the process alive; the run does, so this one must. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, ms);
      this.#wake = wake;
      function wake(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}

/** A silence that would take longer than this to wait out is skipped, in real milliseconds. */
const LONGEST_SILENCE_MS = 10_000;
const EVENTS_PER_TURN = 256;
/** Virtual time is looked at this often; what has become due in between goes out together. */
const POLL_MS = 2;
