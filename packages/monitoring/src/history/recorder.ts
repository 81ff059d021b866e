import { silentLogger, type Clock, type Logger, type Timer } from '@tradewind/core-types';
import type { Monitoring } from '../monitoring.ts';
import { wallTimers } from '../wall-clock.ts';
import type { ScrapedValue, SeriesStore } from './series-store.ts';

/** What is recorded where, and how often. */
export interface RecordingOptions {
  readonly monitorings: readonly Monitoring[];
  readonly store: SeriesStore;
  /** In milliseconds. Default 1,000. */
  readonly everyMs?: number | undefined;
  /** Called after each scrape was stored, as by who evaluates rules. What it throws is logged. */
  readonly onScrape?: ((timeMs: number) => void) | undefined;
  readonly clock?: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

/** Scrapes again and again into a store, until it is disposed. It does not keep the process alive. */
export class Recording implements Disposable {
  readonly #options: RecordingOptions;
  readonly #clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#clock = options.clock ?? wallTimers;
    this.#schedule();
  }

  /** One scrape now. */
  async record(): Promise<void> {
    const { monitorings, store, onScrape } = this.#options;
    await Promise.all(monitorings.map((monitoring) => monitoring.scrape()));
    const timeMs = this.#clock.now();
    store.append({ timeMs, values: allValues(monitorings) });
    onScrape?.(timeMs);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#clock.clearTimer(this.#timer);
  }

  /** Counted from the end of the scrape before: where scrapes are slow, they are fewer and do not pile up. */
  #schedule(): void {
    if (this.#isOver) return;
    const next = (): void =>
      void this.record()
        .catch((error: unknown) => this.#failed(error))
        .then(() => this.#schedule());
    this.#timer = this.#clock.setTimer(next, this.#options.everyMs ?? 1_000, { background: true });
  }

  #failed(error: unknown): void {
    const { logger = silentLogger } = this.#options;
    logger.error(
      { event: 'monitoring.recording-failed', error },
      'A scrape could not be recorded; the next one is tried.',
    );
  }
}

function* allValues(monitorings: readonly Monitoring[]): Generator<ScrapedValue> {
  for (const monitoring of monitorings) yield* monitoring.values();
}
