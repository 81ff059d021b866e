import { labelText } from '../scraping/shared-labels.ts';
import { BlockFiles } from './block-files.ts';
import type { Block } from './block.ts';
import { MemorySeriesStore } from './memory-series-store.ts';
import type { ScrapedValue } from './series-store.ts';

/** How fine a ring is, and how far it reaches. */
export interface RingShape {
  readonly name: 'seconds' | 'minutes' | 'hours';
  /** The first scrape of each such stretch is taken in; 0: every one. */
  readonly everyMs: number;
  /** How many scrapes it keeps. */
  readonly scrapes: number;
  /** How many scrapes are written to disk at a time. */
  readonly scrapesPerBlock: number;
  readonly blocksPerFile: number;
  readonly maxFiles: number;
}

/** An hour of seconds, a day of minutes, a month of hours. */
export const RINGS: readonly RingShape[] = [
  { name: 'seconds', everyMs: 0, scrapes: 3_600, scrapesPerBlock: 60, blocksPerFile: 10, maxFiles: 20 },
  { name: 'minutes', everyMs: 60_000, scrapes: 1_440, scrapesPerBlock: 5, blocksPerFile: 48, maxFiles: 20 },
  { name: 'hours', everyMs: 3_600_000, scrapes: 744, scrapesPerBlock: 1, blocksPerFile: 124, maxFiles: 20 },
];

/** One ring: in memory, and block by block on disk. */
export class Ring {
  readonly store: MemorySeriesStore;
  readonly #shape: RingShape;
  readonly #files: BlockFiles;
  #unwritten = 0;
  #writtenToMs = -Infinity;
  #writing: Promise<void> | undefined;

  constructor(shape: RingShape, { directory, maxSeries }: { readonly directory: string; readonly maxSeries: number }) {
    this.#shape = shape;
    this.store = new MemorySeriesStore({ maxScrapes: shape.scrapes, maxSeries });
    const { name, blocksPerFile, maxFiles, everyMs, scrapes } = shape;
    const keepMs = Math.max(everyMs, SECOND_MS) * scrapes;
    this.#files = new BlockFiles({ directory, name, blocksPerFile, maxFiles, keepMs });
  }

  /** How many files had a torn end. */
  get torn(): number {
    return this.#files.torn;
  }

  /** How many files had blocks later than the clock when they were read. */
  get putAside(): number {
    return this.#files.putAside;
  }

  /** Which files that were put aside once were deleted, because there were too many. */
  get asideDeleted(): readonly string[] {
    return this.#files.asideDeleted;
  }

  /** @param latestMs - What is later than this is put aside: the clock was wrong when it was written. */
  async load(latestMs: number): Promise<void> {
    for await (const block of this.#files.read(latestMs)) this.#replay(block);
    this.#writtenToMs = this.store.lastMs ?? -Infinity;
  }

  /** Whether a scrape of this time is the first one of its stretch. */
  takes(timeMs: number): boolean {
    const { everyMs } = this.#shape;
    const { lastMs } = this.store;
    if (lastMs === undefined || everyMs === 0) return true;
    return Math.floor(timeMs / everyMs) > Math.floor(lastMs / everyMs);
  }

  /** @returns Whether a block is due to be written. */
  append(timeMs: number, values: Iterable<ScrapedValue>): boolean {
    this.store.append({ timeMs, values });
    this.#unwritten += 1;
    return this.#unwritten >= this.#shape.scrapesPerBlock;
  }

  /** Writes what is not on disk yet. What could not be written is tried again with the next block, as long as it is in memory. */
  write(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #write(): Promise<void> {
    const toMs = this.store.lastMs;
    if (toMs === undefined || toMs <= this.#writtenToMs) return;
    this.#unwritten = 0;
    const slices = [...this.store.everySeries(this.#writtenToMs, toMs)];
    const [first] = slices;
    if (first !== undefined) await this.#files.write({ timesMs: first.timesMs, series: slices });
    this.#writtenToMs = toMs;
  }

  #replay({ timesMs, series }: Block): void {
    const texts = series.map(({ labels }) => labelText(labels));
    for (let row = 0; row < timesMs.length; row += 1) {
      const values = series.map(({ name, labels, values: column }, at) => ({
        name,
        labels,
        labelText: texts[at] as string,
        value: column[row] as number,
      }));
      this.store.append({ timeMs: timesMs[row] as number, values });
    }
  }
}

const SECOND_MS = 1_000;
