import { performance } from 'node:perf_hooks';
import type { HandleDiagnostic, PublishDiagnostic, Timer } from '@tradewind/core-types';
import type { DashboardSettings } from '../options.ts';
import { isBufferedBus, isSynchronousBus } from '../sources/faces.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { Allowance } from '../tail/allowance.ts';
import { tapClients, tapSynchronousBus } from '../tail/taps.ts';
import { Stretch } from './stretch.ts';

/**
 * Who publishes what on one bus, and whose handlers take how long: measured while somebody asks, and for ten seconds after that.
 *
 * The bus itself counts by lane, because a count for each topic and message would cost it more than the message. So this looks at some of them: 1,000
 * messages and 1,000 attempts in a quarter of a second; of all others it costs a comparison, and their number scales up what was seen.
 */
export class Activity {
  readonly #bus: WatchedBus;
  readonly #settings: Pick<DashboardSettings, 'clock' | 'logger'>;
  readonly #messages = new Allowance(LOOKS_PER_TURN);
  readonly #attempts = new Allowance(LOOKS_PER_TURN);
  /** Attempts that are looked at and run. */
  readonly #running = new Map<HandleDiagnostic, number>();
  #earlier: Stretch | undefined;
  #current: Stretch;
  #tap: Disposable | undefined;
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
    this.#current = new Stretch(nowMs);
    this.#tap = this.#listen();
    this.#turnLater();
  }

  #listen(): Disposable {
    const { bus } = this.#bus;
    const failed = (error: unknown): void =>
      this.#settings.logger.error({ event: 'dashboard.activity-failed', error }, 'A message could not be counted.');
    if (!isBufferedBus(bus) && isSynchronousBus(bus)) {
      const seen = (topic: string): void => this.#published(topic, '');
      return tapSynchronousBus(bus, { pattern: '*', id: 'dashboard-activity' }, { seen, failed });
    }
    const { name: client, producer } = isBufferedBus(bus) ? bus : { name: '', producer: undefined };
    return tapClients(
      {
        published: (message: PublishDiagnostic) => {
          if (message.client === client) this.#published(message.topic, client);
        },
        started: (attempt: HandleDiagnostic) => {
          if (attempt.client === client) this.#started(attempt, producer);
        },
        ended: (attempt: HandleDiagnostic) => {
          if (!attempt.pending) this.#ended(attempt);
        },
        settled: (attempt: HandleDiagnostic) => this.#ended(attempt),
      },
      failed,
    );
  }

  #published(topic: string, publisher: string): void {
    if (!this.#messages.take()) return;
    this.#current.messages.lookedAt += 1;
    const tally = this.#current.topic(topic);
    if (tally === undefined) return;
    if (publisher === '') tally.published += 1;
    else tally.publishedBy(publisher);
  }

  #started(attempt: HandleDiagnostic, ownProducer: string | undefined): void {
    if (!this.#attempts.take()) return;
    if (this.#running.size >= MAX_RUNNING) this.#running.clear();
    this.#current.attempts.lookedAt += 1;
    const tally = this.#current.topic(attempt.meta.topic);
    const { producer } = attempt.meta;
    // Whoever published it elsewhere is known by its messages alone.
    if (tally !== undefined && producer !== ownProducer) tally.publisher(producer);
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
    topic?.ended(tookMs, hasFailed);
    topic?.tookFor(attempt.subscriptionId, tookMs);
    this.#current.subscription(attempt.subscriptionId)?.ended(tookMs, hasFailed);
  }

  #turnLater(): void {
    const turn = (): void => {
      const nowMs = this.#settings.clock.now();
      this.#count();
      if (nowMs - this.#askedAtMs > STRETCH_MS) return this.close();
      if (nowMs - this.#current.startedAtMs > STRETCH_MS) {
        this.#earlier = this.#current;
        this.#current = new Stretch(nowMs);
      }
      this.#turnLater();
    };
    this.#timer = this.#settings.clock.setTimer(turn, TURN_MS, { background: true });
  }

  #count(): void {
    const { messages, attempts } = this.#current;
    messages.leftOut += this.#messages.takeRefused();
    attempts.leftOut += this.#attempts.takeRefused();
    this.#messages.refill();
    this.#attempts.refill();
  }
}

const LOOKS_PER_TURN = 1_000;
const TURN_MS = 250;
const STRETCH_MS = 10_000;
const MAX_RUNNING = 1_000;
