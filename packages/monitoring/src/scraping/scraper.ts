import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MetricLabels, MetricsSource } from '@tradewind/core-types';
import { Family, type FamilyView } from './family.ts';
import type { MetricKind, Series } from './series.ts';
import { SourceReader, type SeriesShelf } from './source-reader.ts';

/** A source and whose it is. */
export interface LabelledSource {
  readonly source: MetricsSource;
  /** `bus` and `part`. Two sources with the same labels write the same series. */
  readonly labels: MetricLabels;
}

export interface ScraperOptions {
  /** What is to be read now: asked at each scrape, because parts come and go. */
  readonly sources: () => Iterable<LabelledSource>;
  readonly wants: (name: string) => boolean;
  readonly maxSeriesPerFamily: number;
  /** A source that throws keeps what it wrote before; the scrape goes on. */
  readonly failed: (labels: MetricLabels, error: unknown) => void;
}

/**
 * Reads all sources and keeps what they wrote.
 *
 * Two that ask at the same time get the same scrape. After each 2 ms it gives the event loop its turn; a single source is read in one go.
 */
export class Scraper implements SeriesShelf {
  readonly #options: ScraperOptions;
  readonly #families = new Map<string, Family>();
  readonly #helps = new Map<string, string>();
  readonly #wanted = new Map<string, boolean>();
  readonly #readers = new Map<MetricsSource, SourceReader>();
  #running: Promise<void> | undefined;
  #count = 0;

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  /** How many scrapes were made. */
  get scrapes(): number {
    return this.#count;
  }

  /** All families of the last scrape, in the order in which they were met. */
  families(): Iterable<FamilyView> {
    return this.#families.values();
  }

  family(name: string): FamilyView | undefined {
    return this.#families.get(name);
  }

  /** Resolves when everything is read. Never rejects. */
  scrape(): Promise<void> {
    this.#running ??= this.#scrape().finally(() => (this.#running = undefined));
    return this.#running;
  }

  describe(name: string, help: string): void {
    if (!this.#helps.has(name)) this.#helps.set(name, help);
  }

  wants(name: string): boolean {
    let wanted = this.#wanted.get(name);
    if (wanted === undefined) {
      wanted = this.#options.wants(name);
      if (this.#wanted.size < MAX_NAMES) this.#wanted.set(name, wanted);
    }
    return wanted;
  }

  file(series: Series, kind: MetricKind): void {
    let family = this.#families.get(series.name);
    if (family === undefined) {
      family = new Family(series.name, kind, this.#options.maxSeriesPerFamily);
      this.#families.set(series.name, family);
    }
    family.add(series);
  }

  async #scrape(): Promise<void> {
    // Whoever asks in the same turn is still in time for this one.
    await Promise.resolve();
    this.#count += 1;
    const scrape = this.#count;
    const seen = new Set<MetricsSource>();
    let sliceEndsAt = performance.now() + SLICE_MS;
    for (const { source, labels } of this.#options.sources()) {
      seen.add(source);
      this.#read(source, labels, scrape);
      if (performance.now() < sliceEndsAt) continue;
      await nextTurn();
      sliceEndsAt = performance.now() + SLICE_MS;
    }
    for (const source of this.#readers.keys()) if (!seen.has(source)) this.#readers.delete(source);
    for (const family of this.#families.values()) this.#settle(family, scrape);
  }

  #read(source: MetricsSource, labels: MetricLabels, scrape: number): void {
    let reader = this.#readers.get(source);
    if (reader === undefined) {
      reader = new SourceReader(source, labels, this);
      this.#readers.set(source, reader);
    }
    try {
      reader.read(scrape);
    } catch (error) {
      this.#options.failed(labels, error);
    }
    if (scrape % FORGET_EVERY === 0) reader.forget(scrape);
  }

  #settle(family: Family, scrape: number): void {
    family.help = this.#helps.get(family.name) ?? '';
    family.settle(scrape);
    if (family.size === 0 && family.series.length === 0) this.#families.delete(family.name);
  }
}

const SLICE_MS = 2;
const MAX_NAMES = 10_000;
const FORGET_EVERY = 16;
