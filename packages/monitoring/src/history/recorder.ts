import { silentLogger, type Clock, type Logger, type Timer } from '@tradewind/core-types';
import { wallClock } from '../clock/wall-clock.ts';
import type { ScrapedValue, SeriesStore } from './series-store.ts';
import type { Watched } from './watched.ts';

/** What is recorded where, and how often. */
export interface RecordingOptions {
  readonly monitorings: readonly Watched[];
  readonly store: SeriesStore;
  /** In milliseconds. Default 1,000. */
  readonly everyMs?: number | undefined;
  /** Of which names every series is stored, also those that have no place on the page. Default: none. */
  readonly whole?: ((name: string) => boolean) | undefined;
  /** Called after each scrape was stored, as by who evaluates rules. What it throws is logged. */
  readonly onScrape?: ((timeMs: number) => void) | undefined;
  readonly clock?: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
}

/** Scrapes again and again into a store, from now on until it is disposed. It does not keep the process alive. */
export class Recording implements Disposable, AsyncDisposable {
  readonly #options: RecordingOptions;
  readonly #clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isOver = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#clock = options.clock ?? wallClock;
    this.#schedule(0);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#clock.clearTimer(this.#timer);
  }

  /** Resolves when the scrape that was under way is over too. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    await this.#running;
  }

  /** Counted from the beginning of the scrape before, and never while one is under way: where scrapes are slow, they are fewer and do not pile up. */
  #schedule(delayMs: number): void {
    const { everyMs = 1_000 } = this.#options;
    const next = (): void => {
      const dueAtMs = this.#clock.now() + everyMs;
      this.#running = recordOnce(this.#options)
        .catch((error: unknown) => this.#failed(error))
        .finally(() => {
          if (!this.#isOver) this.#schedule(Math.max(0, dueAtMs - this.#clock.now()));
        });
    };
    this.#timer = this.#clock.setTimer(next, delayMs, { background: true });
  }

  #failed(error: unknown): void {
    const { logger = silentLogger } = this.#options;
    logger.error(
      { event: 'monitoring.recording-failed', error },
      'A scrape could not be recorded or looked at; the next one is tried.',
    );
  }
}

/** One scrape now. */
export async function recordOnce(options: Omit<RecordingOptions, 'everyMs' | 'logger'>): Promise<void> {
  const { monitorings, store, whole, onScrape, clock = wallClock } = options;
  await Promise.all(monitorings.map((monitoring) => monitoring.scrape(whole)));
  const timeMs = clock.now();
  store.append({ timeMs, values: allValues(monitorings, whole) });
  onScrape?.(timeMs);
}

function* allValues(monitorings: readonly Watched[], whole: RecordingOptions['whole']): Generator<ScrapedValue> {
  for (const monitoring of monitorings) yield* monitoring.values(whole);
}
