import type { Timer } from '@tradewind/core-types';
import { MemorySeriesStore } from '../../history/memory-series-store.ts';
import { recordOnce } from '../../history/recorder.ts';
import type { Monitoring } from '../../monitoring.ts';
import { Window } from '../../windows/window.ts';
import type { DashboardSettings } from '../options.ts';
import { CHARTED } from '../snapshot/charts.ts';

/** What is known of one bus since the last look: the interval between two scrapes. */
export interface Reading {
  readonly monitoring: Monitoring;
  /** Rates and percentiles of the interval. */
  readonly window: Window;
  readonly atMs: number;
}

/**
 * Reads the buses once a frame for everybody who looks, and not at all while nobody does: the cost does not grow with the viewers.
 *
 * Percentiles and rates are those of the time between two frames. Without a recorded history it keeps an hour of what it saw.
 */
export class Collector {
  readonly #settings: DashboardSettings;
  readonly #windows = new Map<Monitoring, Window>();
  readonly #told: () => void;
  /** Only where no history was given. */
  readonly #seen: MemorySeriesStore | undefined;
  #watchers = 0;
  /** Counts the times that somebody began to look: a round that was ended and still reads must not go on beside the next one. */
  #round = 0;
  #readAtMs = -Infinity;
  #timer: Timer;
  #reading: Promise<void> | undefined;
  #isClosed = false;

  /** @param told - Called after each frame's scrape; it must not throw. */
  constructor(settings: DashboardSettings, told: () => void) {
    this.#settings = settings;
    this.#told = told;
    this.#seen = settings.history === undefined ? new MemorySeriesStore({ wants: isCharted }) : undefined;
  }

  /** How many hold it open. */
  get watchers(): number {
    return this.#watchers;
  }

  /** The recorded past, or what was seen while somebody looked. */
  get history(): NonNullable<DashboardSettings['history']> {
    return this.#settings.history ?? (this.#seen as MemorySeriesStore);
  }

  get isWhileWatched(): boolean {
    return this.#seen !== undefined;
  }

  /** Somebody looks, until it is disposed. */
  watch(): Disposable {
    this.#watchers += 1;
    if (this.#watchers === 1 && !this.#isClosed) this.#begin();
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        this.#watchers -= 1;
        if (this.#watchers === 0) this.#end();
      },
    };
  }

  /** Resolves when what was read is not older than a frame. Never rejects. */
  async fresh(): Promise<void> {
    const { clock, frameEveryMs } = this.#settings;
    if (clock.now() - this.#readAtMs > frameEveryMs * STALE_FRAMES) await this.#read();
  }

  /** Of this bus, as of the last look. */
  reading(monitoring: Monitoring): Reading {
    return { monitoring, window: this.#windowOf(monitoring), atMs: this.#readAtMs };
  }

  /** Reads nothing more. Resolves when the scrape that is under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end();
    await this.#reading;
  }

  #begin(): void {
    // An interval since somebody looked yesterday would tell nothing.
    this.#windows.clear();
    this.#round += 1;
    const round = this.#round;
    this.#timer = this.#settings.clock.setTimer(() => void this.#turn(round), 0, { background: true });
  }

  async #turn(round: number): Promise<void> {
    const { clock, frameEveryMs } = this.#settings;
    const dueAtMs = clock.now() + frameEveryMs;
    await this.#read();
    if (this.#isClosed || this.#watchers === 0 || this.#round !== round) return;
    this.#told();
    const delayMs = Math.max(0, dueAtMs - clock.now());
    this.#timer = clock.setTimer(() => void this.#turn(round), delayMs, { background: true });
  }

  #end(): void {
    this.#settings.clock.clearTimer(this.#timer);
  }

  /** Two that ask at the same time get the same look. */
  #read(): Promise<void> {
    this.#reading ??= this.#scrape().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #scrape(): Promise<void> {
    const { monitorings, clock } = this.#settings;
    const onScrape = (timeMs: number): void => {
      // Whoever reads after a long pause is told nothing of the pause.
      if (timeMs - this.#readAtMs > LONGEST_INTERVAL_MS) this.#windows.clear();
      for (const monitoring of monitorings) this.#windowOf(monitoring).mark(monitoring.families(), timeMs);
      this.#readAtMs = timeMs;
    };
    await recordOnce({ monitorings, store: this.#seen ?? NOWHERE, clock, onScrape });
  }

  #windowOf(monitoring: Monitoring): Window {
    let window = this.#windows.get(monitoring);
    if (window === undefined) {
      window = new Window();
      this.#windows.set(monitoring, window);
    }
    return window;
  }
}

function isCharted(name: string): boolean {
  return CHARTED.has(name);
}

/** Where somebody else records, it is not done twice. */
const NOWHERE = { append: (): void => undefined, select: () => [] };
const LONGEST_INTERVAL_MS = 120_000;
/** A look that is a little late is not made twice. */
const STALE_FRAMES = 1.5;
