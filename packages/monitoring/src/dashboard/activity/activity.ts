import { performance } from 'node:perf_hooks';
import type { HandleDiagnostic, Timer } from '@tradewind/core-types';
import type { DashboardSettings } from '../options.ts';
import { isBufferedBus, isSynchronousBus } from '../sources/faces.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { Allowance } from '../tail/allowance.ts';
import { countsOf, type BusCounts } from '../tail/bus-counts.ts';
import { tapBus } from '../tail/bus-tap.ts';
import { ClientTap } from '../tail/client-tap.ts';
import { Stretch } from './stretch.ts';

/**
 * Who publishes what on one bus, and whose handlers take how long: measured while somebody asks, and for ten seconds after that.
 *
 * The bus itself counts by lane, because a count for each topic and message would cost it more than the message. So this looks at some of them, 1,000
 * messages and attempts in a quarter of a second, and lets go of the bus until the next one; how many passed meanwhile is known from its counters, and
 * scales up what was seen.
 */
export class Activity {
  readonly #bus: WatchedBus;
  readonly #settings: Pick<DashboardSettings, 'clock' | 'logger'>;
  /** Of a synchronous bus, which cannot be let go of so easily. */
  readonly #looks = new Allowance(LOOKS_PER_TURN);
  /** Attempts that are looked at and run. */
  readonly #running = new Map<HandleDiagnostic, number>();
  #earlier: Stretch | undefined;
  #current: Stretch;
  /** What the bus had done when the current stretch began. */
  #before: BusCounts = { published: 0, received: 0, attempts: 0, hasPaths: false };
  #tap: ClientTap | Disposable | undefined;
  #timer: Timer;
  #askedAtMs = 0;

  constructor(bus: WatchedBus, settings: Pick<DashboardSettings, 'clock' | 'logger'>) {
    this.#bus = bus;
    this.#settings = settings;
    this.#current = new Stretch(settings.clock.now());
  }

  /** What was seen in the last ten to twenty seconds; measuring begins with the first call. @throws What a synchronous bus throws that is full. */
  read(): Stretch {
    const nowMs = this.#settings.clock.now();
    this.#askedAtMs = nowMs;
    if (this.#tap === undefined) this.#begin(nowMs);
    this.#count();
    return this.#earlier?.with(this.#current) ?? this.#current;
  }

  get isMeasuring(): boolean {
    return this.#tap !== undefined;
  }

  close(): void {
    this.#tap?.[Symbol.dispose]();
    this.#tap = undefined;
    this.#running.clear();
    this.#settings.clock.clearTimer(this.#timer);
  }

  #begin(nowMs: number): void {
    this.#earlier = undefined;
    this.#turnOver(nowMs);
    this.#tap = this.#listen();
    this.#turnLater();
  }

  #listen(): ClientTap | Disposable {
    const { bus } = this.#bus;
    if (isBufferedBus(bus)) return this.#listenTo(bus);
    const seen = (topic: string): void => {
      if (!this.#looks.take()) return;
      this.#current.messages.lookedAt += 1;
      this.#current.topic(topic).published += 1;
    };
    const failed = (error: unknown): void => this.#failed(error);
    return isSynchronousBus(bus) ? tapBus(bus, { pattern: '*', id: 'dashboard-activity' }, { seen, failed }) : NOBODY;
  }

  #listenTo({ name, producer }: { readonly name: string; readonly producer?: string }): ClientTap {
    return new ClientTap(LOOKS_PER_TURN, {
      published: ({ client, topic }) => {
        if (client !== name) return;
        this.#current.messages.lookedAt += 1;
        this.#current.topic(topic).publishedBy(name);
      },
      started: (attempt) => {
        if (attempt.client === name) this.#started(attempt, producer);
      },
      ended: (attempt) => this.#ended(attempt),
      isWaiting: () => this.#running.size > 0,
      failed: (error) => this.#failed(error),
    });
  }

  #started(attempt: HandleDiagnostic, ownProducer: string | undefined): void {
    if (this.#running.size >= MAX_RUNNING) this.#running.clear();
    this.#current.attempts.lookedAt += 1;
    const tally = this.#current.topic(attempt.meta.topic);
    const { producer } = attempt.meta;
    // Whoever published it elsewhere is known by its messages alone.
    if (producer !== ownProducer) tally.publisher(producer);
    this.#running.set(attempt, performance.now());
  }

  #ended(attempt: HandleDiagnostic): void {
    if (this.#running.size === 0) return;
    const startedAtMs = this.#running.get(attempt);
    if (startedAtMs === undefined) return;
    this.#running.delete(attempt);
    const tookMs = performance.now() - startedAtMs;
    const hasFailed = attempt.error !== undefined;
    const topic = this.#current.topic(attempt.meta.topic);
    topic.ended(tookMs, hasFailed);
    topic.tookFor(attempt.subscriptionId, tookMs);
    this.#current.subscription(attempt.subscriptionId).ended(tookMs, hasFailed);
  }

  #turnLater(): void {
    const turn = (): void => {
      const nowMs = this.#settings.clock.now();
      this.#count();
      if (nowMs - this.#askedAtMs > STRETCH_MS) return this.close();
      if (nowMs - this.#current.startedAtMs > STRETCH_MS) {
        this.#earlier = this.#current;
        this.#turnOver(nowMs);
      }
      this.#turnLater();
    };
    this.#timer = this.#settings.clock.setTimer(turn, TURN_MS, { background: true });
  }

  /** What was published here by the counters of the bus, and was not looked at, was left out. What came over a path is no publishing of this bus. */
  #count(): void {
    const now = countsOf(this.#bus.bus);
    const { messages, attempts } = this.#current;
    messages.leftOut = Math.max(0, now.published - this.#before.published - messages.lookedAt);
    attempts.leftOut = Math.max(0, now.attempts - this.#before.attempts - attempts.lookedAt);
    this.#looks.refill();
    if (this.#tap instanceof ClientTap) this.#tap.refill();
  }

  #turnOver(nowMs: number): void {
    this.#current = new Stretch(nowMs);
    this.#before = countsOf(this.#bus.bus);
  }

  #failed(error: unknown): void {
    this.#settings.logger.error({ event: 'dashboard.activity-failed', error }, 'A message could not be counted.');
  }
}

const NOBODY: Disposable = { [Symbol.dispose]: () => undefined };
const LOOKS_PER_TURN = 1_000;
const TURN_MS = 250;
const STRETCH_MS = 10_000;
const MAX_RUNNING = 1_000;
