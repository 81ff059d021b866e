import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, type Logger, type ValidationIssue } from '@tradewind/core-types';
import { MonitoringError } from '../errors.ts';
import { checkInteger, invalidOptions } from '../options.ts';
import { lockDirectory } from './directory-lock.ts';
import { joinSlices } from './join-slices.ts';
import { RINGS, Ring } from './ring.ts';
import type { LabelsMatch, Scrape, ScrapedValue, SeriesSlice, SeriesStore } from './series-store.ts';

/** Where the past is kept, and how much of it. */
export interface HistoryOptions {
  /** A folder for what is kept; it is made where it is missing. Files are written below `history` in it, and nowhere else. */
  readonly stateDir: string;
  /** How many series are kept, 1 to 100,000; further ones are left out and counted. A series takes 58 kB of memory. Default 4,000. */
  readonly maxSeries?: number | undefined;
  /** Told when the disk does not take what is kept. Default: silent. */
  readonly logger?: Logger | undefined;
}

/**
 * The past in three bounded rings: the last 3,600 scrapes, which is an hour of seconds; one scrape a minute for a day; one an hour for a month.
 *
 * It is in memory, and on disk block by block: after a crash up to a minute of seconds, five minutes of minutes are missing. A value is always
 * one that was scraped: coarser rings leave scrapes out, they do not average. When the disk refuses, it goes on in memory and says so.
 */
export class HistoryStore implements SeriesStore, AsyncDisposable {
  readonly #rings: readonly Ring[];
  readonly #logger: Logger;
  readonly #unlock: () => Promise<void>;
  #failures = 0;
  #closing: Promise<void> | undefined;

  private constructor(rings: readonly Ring[], logger: Logger, unlock: () => Promise<void>) {
    this.#rings = rings;
    this.#logger = logger;
    this.#unlock = unlock;
  }

  /**
   * Opens a folder, and reads what is there.
   *
   * @throws ValidationError `INVALID_OPTIONS`
   * @throws MonitoringError `STATE_UNUSABLE` when the folder cannot be used, or another process uses it.
   */
  static async open({ stateDir, maxSeries = 4_000, logger = silentLogger }: HistoryOptions): Promise<HistoryStore> {
    const issues: ValidationIssue[] = [];
    checkInteger(issues, 'maxSeries', maxSeries, [1, 100_000]);
    if (issues.length > 0) throw invalidOptions(issues);
    const directory = join(stateDir, 'history');
    try {
      await mkdir(directory, { recursive: true });
    } catch (cause) {
      throw unusable(directory, cause);
    }
    const unlock = await lockDirectory(directory);
    const rings = RINGS.map((shape) => new Ring(shape, { directory, maxSeries }));
    try {
      for (const ring of rings) await ring.load();
    } catch (cause) {
      await unlock();
      throw unusable(directory, cause);
    }
    return new HistoryStore(rings, logger, unlock);
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

  append({ timeMs, values }: Scrape): void {
    if (this.#closing !== undefined) return;
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

const A_MICROSECOND = 1e-3;
