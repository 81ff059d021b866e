import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { showValue, type MetricLabels, type MetricsSource } from '@tradewind/core-types';
import { boundWithin, type SeriesBudget } from './bound.ts';
import { Family, type FamilyView } from './family.ts';
import { areLabelNames, isMetricName } from './names.ts';
import type { MetricKind, Series } from './series.ts';
import { SourceReader, type SeriesShelf } from './source-reader.ts';

/** A source and whose it is. */
export interface LabelledSource {
  /** Unique among the sources of a scraper, and the same from scrape to scrape: `client/plugins/regime`. */
  readonly key: string;
  readonly source: MetricsSource;
  /** What is put on each of its series: `bus` and `part`. */
  readonly labels: MetricLabels;
}

export interface ScraperOptions extends SeriesBudget {
  /** What is to be read now: asked at each scrape, because parts come and go. */
  readonly sources: () => Iterable<LabelledSource>;
  /** Whether a family is in the level: what is not is neither shown nor read, unless somebody asks for it. */
  readonly shows: (name: string) => boolean;
  /** Whether a gauge is a state, of which every series is shown: see {@link Family}. */
  readonly isState: (name: string) => boolean;
  /** A source that throws keeps what it wrote before, and the scrape goes on. `key` says which one; for a name that nobody can read, the name. */
  readonly failed: (key: string, error: unknown) => void;
}

/** How much the last scrape held and took. */
export interface ScrapeTotals {
  /** Scrapes made so far. */
  readonly scrapes: number;
  readonly families: number;
  /** Series that have no place of their own and are in `other`. */
  readonly folded: number;
  /** Lines of the text. */
  readonly lines: number;
  /** The largest number of series that a family may have now. */
  readonly bound: number;
  readonly seconds: number;
}

/**
 * Reads all sources and keeps what they wrote.
 *
 * Two that ask at the same time get the same scrape. After each millisecond it gives the event loop its turn; a single source is read in one go.
 */
export class Scraper implements SeriesShelf {
  readonly #options: ScraperOptions;
  readonly #families = new Map<string, Family>();
  readonly #helps = new Map<string, string>();
  readonly #wanted = new Map<string, boolean>();
  readonly #alsoRead = new Set<(name: string) => boolean>();
  readonly #readers = new Map<string, SourceReader>();
  readonly #seconds = new Map<string, number>();
  #running: Promise<void> | undefined;
  #totals: ScrapeTotals = { scrapes: 0, families: 0, folded: 0, lines: 0, bound: 0, seconds: 0 };

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  get totals(): ScrapeTotals {
    return this.#totals;
  }

  /** How long each source has taken so far, by its key: wall time, in seconds. */
  get sourceSeconds(): ReadonlyMap<string, number> {
    return this.#seconds;
  }

  /** All families of the last scrape that are shown, in the order in which they were met. */
  families(): Iterable<FamilyView> {
    return this.#shown();
  }

  /** Those that are read for somebody and not shown. */
  hidden(): Iterable<FamilyView> {
    return [...this.#families.values()].filter(({ isShown }) => !isShown);
  }

  /** One that is shown. */
  family(name: string): FamilyView | undefined {
    const family = this.#families.get(name);
    return family?.isShown === true ? family : undefined;
  }

  /**
   * From the next scrape on families are read too that have a series of a name that somebody needs. The same function again changes nothing; after a hundred
   * there is no more room.
   */
  readAlso(needs: (name: string) => boolean): void {
    if (this.#alsoRead.has(needs) || this.#alsoRead.size >= MAX_READERS) return;
    this.#alsoRead.add(needs);
    this.#wanted.clear();
  }

  /** Resolves when everything is read. Never rejects. */
  scrape(): Promise<void> {
    this.#running ??= this.#scrape().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Resolves when no scrape is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  describe(name: string, help: string): void {
    if (this.#helps.size < MAX_NAMES && !this.#helps.has(name)) this.#helps.set(name, help);
  }

  wants(name: string): boolean {
    let wanted = this.#wanted.get(name);
    if (wanted === undefined) {
      wanted = this.#isWanted(name);
      if (this.#wanted.size < MAX_NAMES) this.#wanted.set(name, wanted);
    }
    return wanted;
  }

  file(series: Series, kind: MetricKind): void {
    let family = this.#families.get(series.name);
    if (family === undefined) {
      family = new Family(series.name, kind, {
        isState: kind === 'gauge' && this.#options.isState(series.name),
        isShown: this.#options.shows(series.name),
      });
      this.#families.set(series.name, family);
    }
    if (family.kind !== kind) {
      return this.#options.failed(
        series.name,
        new TypeError(`${series.name} is a ${family.kind}, and came as a ${kind}`),
      );
    }
    if (areLabelNames(series.own)) family.add(series);
    else this.#options.failed(series.name, new TypeError(`${series.labelText} has a name that no label can have`));
  }

  async #scrape(): Promise<void> {
    // Whoever asks in the same turn is still in time for this one.
    await Promise.resolve();
    const startedAt = performance.now();
    const scrape = this.#totals.scrapes + 1;
    const seen = new Set<string>();
    let sliceEndsAt = startedAt + SLICE_MS;
    for (const labelled of this.#options.sources()) {
      if (seen.has(labelled.key)) continue;
      seen.add(labelled.key);
      this.#read(labelled, scrape);
      if (performance.now() < sliceEndsAt) continue;
      await nextTurn();
      sliceEndsAt = performance.now() + SLICE_MS;
    }
    for (const key of this.#readers.keys()) {
      if (seen.has(key)) continue;
      this.#readers.delete(key);
      this.#seconds.delete(key);
    }
    await this.#settle(scrape);
    this.#totals = { ...this.#count(), scrapes: scrape, seconds: (performance.now() - startedAt) / MS_PER_SECOND };
  }

  #read({ key, source, labels }: LabelledSource, scrape: number): void {
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      reader = new SourceReader(labels, this);
      this.#readers.set(key, reader);
    }
    const startedAt = performance.now();
    try {
      reader.read(source, scrape);
    } catch (error) {
      this.#options.failed(key, error);
    }
    const seconds = (performance.now() - startedAt) / MS_PER_SECOND;
    this.#seconds.set(key, (this.#seconds.get(key) ?? 0) + seconds);
  }

  async #settle(scrape: number): Promise<void> {
    let sliceEndsAt = performance.now() + SLICE_MS;
    const turn = async (): Promise<void> => {
      if (performance.now() < sliceEndsAt) return;
      await nextTurn();
      sliceEndsAt = performance.now() + SLICE_MS;
    };
    for (const family of this.#families.values()) {
      family.help = this.#helps.get(family.name) ?? '';
      for (const _ of family.prune(scrape)) await turn();
      await turn();
    }
    const bound = boundWithin(this.#shown(), this.#options);
    this.#totals = { ...this.#totals, bound };
    for (const family of this.#families.values()) {
      for (const _ of family.show(bound)) await turn();
      if (family.series.length === 0) this.#families.delete(family.name);
      await turn();
    }
  }

  #count(): ScrapeTotals {
    let folded = 0;
    let lines = 0;
    const shown = this.#shown();
    for (const family of shown) {
      folded += family.folded;
      lines += family.series.length * this.#options.linesOf(family);
    }
    return { ...this.#totals, families: shown.length, folded, lines };
  }

  #shown(): readonly Family[] {
    return [...this.#families.values()].filter(({ isShown }) => isShown);
  }

  #isRead(name: string): boolean {
    return [...this.#alsoRead].some((needs) => storedNames(name).some(needs));
  }

  #isWanted(name: string): boolean {
    if (isMetricName(name)) {
      return this.#wanted.size < MAX_NAMES && (this.#options.shows(name) || this.#isRead(name));
    }
    this.#options.failed(showValue(name), new TypeError('no metric can have this name'));
    return false;
  }
}

/** The names under which a store may know a family, a histogram's too. */
function storedNames(name: string): readonly string[] {
  return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
}

const MAX_READERS = 100;
const SLICE_MS = 1;
const MS_PER_SECOND = 1_000;
/** Names beyond these are not taken in: a source that makes names up as it goes must not fill the memory. */
const MAX_NAMES = 2_000;
