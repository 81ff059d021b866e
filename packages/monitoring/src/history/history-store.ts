import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, type Clock, type Health, type Logger, type ValidationIssue } from '@tradewind/core-types';
import { wallClock } from '../clock/wall-clock.ts';
import { MonitoringError } from '../errors.ts';
import { checkInteger, invalidOptions } from '../options.ts';
import { takeLock } from '../state-lock.ts';
import { joinSlices } from './join-slices.ts';
import { RINGS, Ring } from './ring.ts';
import type { LabelsMatch, Scrape, ScrapedValue, SeriesSlice, SeriesStore } from './series-store.ts';

/** Where the past is kept, and how much of it. */
export interface HistoryOptions {
  /** A folder for what is kept; it is made where it is missing. Files are written below `history` in it, and nowhere else. */
  readonly stateDir: string;
  /** How many series are kept, 1 to 100,000; further ones are left out and counted. A series takes 58 kB of memory. Default 4,000. */
  readonly maxSeries?: number | undefined;
  /** Told when the disk does not take what is kept, and when the clock went back. Default: silent. */
  readonly logger?: Logger | undefined;
  /** What is kept that is more than a minute later than this is put aside when the folder is opened. Default: the wall clock. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/**
 * The past in three bounded rings: the last 3,600 scrapes, which is an hour of seconds; one scrape a minute for a day; one an hour for a month.
 *
 * It is in memory, and on disk block by block: after a crash up to a minute of seconds, five minutes of minutes are missing. A value is always
 * one that was scraped: coarser rings leave scrapes out, they do not average. When the disk refuses, it goes on in memory and says so.
 *
 * Time goes forward in it: scrapes that are not later than the newest one are refused and counted, told in the log, and it is degraded meanwhile; give it to
 * `parts` to see that. What was written under a clock that was ahead is put aside when the folder is opened, as `….future`.
 */
export class HistoryStore implements SeriesStore, AsyncDisposable {
  readonly #rings: readonly Ring[];
  readonly #logger: Logger;
  readonly #unlock: () => void;
  readonly #clock: Pick<Clock, 'now'>;
  #failures = 0;
  #refused = 0;
  #behindSinceMs: number | undefined;
  readonly #openedAtMs: number;
  #closing: Promise<void> | undefined;

  private constructor(rings: readonly Ring[], { logger, unlock, clock }: Surroundings) {
    this.#rings = rings;
    this.#logger = logger;
    this.#unlock = unlock;
    this.#clock = clock;
    this.#openedAtMs = clock.now();
  }

  /**
   * Opens a folder, and reads what is there.
   *
   * @throws ValidationError `INVALID_OPTIONS`
   * @throws MonitoringError `STATE_UNUSABLE` when the folder cannot be used, or another process uses it.
   */
  static async open(options: HistoryOptions): Promise<HistoryStore> {
    const { stateDir, maxSeries = 4_000, logger = silentLogger, clock = wallClock } = options;
    const issues: ValidationIssue[] = [];
    checkInteger(issues, 'maxSeries', maxSeries, [1, 100_000]);
    if (issues.length > 0) throw invalidOptions(issues);
    const directory = join(stateDir, 'history');
    try {
      await mkdir(directory, { recursive: true });
    } catch (cause) {
      throw unusable(directory, cause);
    }
    const unlock = takeLock(join(directory, 'lock'));
    const rings = RINGS.map((shape) => new Ring(shape, { directory, maxSeries }));
    try {
      for (const ring of rings) await ring.load(clock.now() + TOLERANCE_MS);
    } catch (cause) {
      unlock();
      throw unusable(directory, cause);
    }
    const store = new HistoryStore(rings, { logger, unlock, clock });
    store.#tellPutAside(directory);
    return store;
  }

  /** Values that were not kept because there were too many series. */
  get leftOut(): number {
    return this.#rings[0]?.store.leftOut ?? 0;
  }

  /** Blocks that the disk did not take. */
  get writeFailures(): number {
    return this.#failures;
  }

  /** Files whose end was torn, as after a crash, when they were read. */
  get tornFiles(): number {
    return this.#rings.reduce((sum, { torn }) => sum + torn, 0);
  }

  /** Files with blocks later than the clock, which were put aside when the folder was opened. */
  get filesPutAside(): number {
    return this.#rings.reduce((sum, { putAside }) => sum + putAside, 0);
  }

  /** Scrapes that were not kept because they were not later than the newest one. */
  get refusedScrapes(): number {
    return this.#refused;
  }

  /** Degraded while scrapes are refused. */
  health(): Health {
    const sinceMs = this.#behindSinceMs;
    if (sinceMs === undefined) return { status: 'up', reason: '', sinceMs: this.#openedAtMs };
    return { status: 'degraded', reason: 'the clock is behind the newest scrape: nothing is kept', sinceMs };
  }

  append({ timeMs, values }: Scrape): void {
    if (this.#closing !== undefined || !this.#isLater(timeMs)) return;
    const taking = this.#rings.filter((ring) => ring.takes(timeMs));
    // What is read more than once must not be a generator.
    const read: Iterable<ScrapedValue> = taking.length > 1 ? [...values] : values;
    for (const ring of taking) if (ring.append(timeMs, read)) void this.#write(ring);
  }

  select(name: string, match: LabelsMatch, fromMs: number, toMs: number): readonly SeriesSlice[] {
    const found: (readonly SeriesSlice[])[] = [];
    let until = toMs;
    for (const { store } of this.#rings) {
      const { firstMs } = store;
      if (firstMs === undefined) continue;
      if (until > fromMs) found.unshift(store.select(name, match, fromMs, until));
      // Coarser rings tell of what was before this one.
      until = Math.min(until, firstMs - A_MICROSECOND);
      if (until <= fromMs) break;
    }
    return joinSlices(found);
  }

  /** Resolves when everything is on disk, or was refused and counted. */
  async flush(): Promise<void> {
    for (const ring of this.#rings) {
      // The first may be one that was under way, without the newest scrapes.
      await this.#write(ring);
      await this.#write(ring);
    }
  }

  /** Writes what is left and gives the folder back; takes nothing more in. Again: the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => this.#unlock());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The finest ring takes everything: what it would refuse, no ring takes. */
  #isLater(timeMs: number): boolean {
    const newestMs = this.#rings[0]?.store.lastMs ?? -Infinity;
    if (timeMs > newestMs) {
      this.#behindSinceMs = undefined;
      return true;
    }
    this.#refused += 1;
    if (this.#behindSinceMs === undefined) {
      this.#behindSinceMs = this.#clock.now();
      this.#logger.warn(
        { event: 'monitoring.history-refused', timeMs, newestMs },
        `A scrape is not later than the newest one by ${newestMs - timeMs} ms, as when a clock was set back: history keeps nothing until that is over.`,
      );
    }
    return false;
  }

  #tellPutAside(directory: string): void {
    const files = this.filesPutAside;
    if (files === 0) return;
    this.#logger.warn(
      { event: 'monitoring.history-put-aside', directory, files },
      `Files of history in ${directory} hold scrapes later than the clock; they were put aside as *.future: ${files}.`,
    );
  }

  async #write(ring: Ring): Promise<void> {
    try {
      await ring.write();
    } catch (error) {
      this.#failures += 1;
      const level = this.#failures === 1 ? 'warn' : 'debug';
      this.#logger[level](
        { event: 'monitoring.history-unwritten', error },
        'History could not be written to disk; it goes on in memory.',
      );
    }
  }
}

function unusable(directory: string, cause: unknown): MonitoringError {
  return new MonitoringError('STATE_UNUSABLE', {
    message: `Expected that ${directory} can be read and written, and it cannot: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Give a `stateDir` that belongs to this process.',
    cause,
  });
}

/** What a store gets besides its rings. */
interface Surroundings {
  readonly logger: Logger;
  readonly unlock: () => void;
  readonly clock: Pick<Clock, 'now'>;
}

const A_MICROSECOND = 1e-3;
/** A clock that is corrected by less loses less than a minute of scrapes, which is told. */
const TOLERANCE_MS = 60_000;
