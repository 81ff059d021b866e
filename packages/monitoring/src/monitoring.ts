import { silentLogger, type Clock, type Logger } from '@tradewind/core-types';
import { ClockPart } from './clock/clock-part.ts';
import { wallClock } from './clock/wall-clock.ts';
import { HistogramLines } from './exposition/histogram-lines.ts';
import { RegistryBridge } from './exposition/registry-bridge.ts';
import { textOf, type TextOptions } from './exposition/text-format.ts';
import { HealthTree, type ComponentHealth } from './health/health-tree.ts';
import { ScrapedValues } from './history/scraped-values.ts';
import type { ScrapedValue } from './history/series-store.ts';
import { boundsInLevel, isInLevel, type MonitoringLevel } from './levels/level.ts';
import { isState } from './levels/state.ts';
import { resolveBounds, type MonitoringOptions } from './options.ts';
import { SystemParts } from './parts/system-parts.ts';
import type { Monitored, PlacedPart } from './parts/walk-parts.ts';
import { ProcessMetrics } from './process/process-metrics.ts';
import type { FamilyView } from './scraping/family.ts';
import { ScrapeMetrics } from './scraping/scrape-metrics.ts';
import { Scraper, type LabelledSource } from './scraping/scraper.ts';

/**
 * One bus and what belongs to it, as an operator sees it: metrics and health. It starts no timer: whoever asks makes it look.
 */
export class Monitoring implements AsyncDisposable {
  /** The value of the label `bus`. */
  readonly name: string;
  readonly level: MonitoringLevel;
  readonly clock: Pick<Clock, 'now'>;
  readonly #parts: SystemParts;
  /** Undefined for a clock of the user's. */
  readonly #clockPart: ClockPart | undefined;
  readonly #logger: Logger;
  readonly #scraper: Scraper;
  readonly #health: HealthTree;
  readonly #own: ScrapeMetrics;
  readonly #process: ProcessMetrics | undefined;
  /** @internal */
  readonly histograms: HistogramLines;
  readonly #values: ScrapedValues;
  readonly #bridge: RegistryBridge | undefined;

  /** @throws ValidationError `INVALID_OPTIONS` with every issue. */
  constructor(options: MonitoringOptions) {
    const { level, maxSeries, maxSeriesPerFamily } = resolveBounds(options);
    this.name = options.name ?? options.bus.name ?? 'bus';
    this.level = level;
    this.clock = options.clock ?? wallClock;
    this.#logger = options.logger ?? silentLogger;
    this.#clockPart = options.clock === undefined ? new ClockPart(wallClock, this.#logger) : undefined;
    this.#parts = new SystemParts(options);
    this.#health = new HealthTree(this.clock);
    this.histograms = new HistogramLines(boundsInLevel(level));
    this.#values = new ScrapedValues(this.histograms);
    this.#own = new ScrapeMetrics({
      health: () => this.health(),
      totals: () => this.#scraper.totals,
      sourceSeconds: () => this.#scraper.sourceSeconds,
    });
    this.#process = options.process === false ? undefined : new ProcessMetrics();
    this.#scraper = new Scraper({
      maxSeries,
      maxSeriesPerFamily,
      sources: () => this.#sources(),
      shows: (name) => isInLevel(name, level),
      isState,
      failed: (key, error) => this.#failed(key, error),
      linesOf: (family) => this.histograms.linesOf(family),
    });
    this.#bridge = options.registry === undefined ? undefined : this.#bridgeTo(options.registry);
  }

  /**
   * Watches one more part from now on, as those given as `parts`: for a part that needs this monitoring to be made, as a `Remediator`.
   *
   * @param path - Where it stands: `remediation`.
   * @throws MonitoringError `DUPLICATE_PART` where something was given for this path already.
   */
  add(path: string, part: Monitored): void {
    this.#parts.add({ path, part });
  }

  /**
   * Reads everything anew. Two that ask at the same time get the same scrape. Never rejects.
   *
   * @param whole - Names that somebody needs, as rules do, whatever the level shows: from now on `values` has them, if asked for them too, and the page
   *   does not. The same function each time. Default: none.
   */
  async scrape(whole?: (name: string) => boolean): Promise<void> {
    if (whole !== undefined) this.#scraper.readAlso(whole);
    await this.#scraper.scrape();
    this.#bridge?.update(this.#scraper.families());
  }

  /** What the last scrape found. */
  families(): Iterable<FamilyView> {
    return this.#scraper.families();
  }

  /** A family of the last scrape, by its name. */
  family(name: string): FamilyView | undefined {
    return this.#scraper.family(name);
  }

  /**
   * The last scrape in the text format of Prometheus, in pieces of some 16 kB, and never more than some milliseconds of work in one turn of the event loop.
   */
  text(options: TextOptions = {}): AsyncIterable<string> {
    return textOf([this], options);
  }

  /**
   * The values of the last scrape, as a series store takes them in.
   *
   * @param whole - Families of which every series is wanted, and first, whatever has a place on the page or is in the level: what rules read. One of more than 2,000 series
   *   is as it is on the page. Default: none.
   */
  values(whole?: (name: string) => boolean): Iterable<ScrapedValue> {
    return this.#values.of([...this.#scraper.families()], whole, [...this.#scraper.hidden()]);
  }

  /** How everything is now, as a tree. Cheap enough for every second. */
  health(): ComponentHealth {
    return this.#health.look(this.name, [...this.#parts.all(), ...(this.#clockPart?.placed() ?? [])]);
  }

  /** Everything that is watched, a part before its own parts. */
  parts(): readonly PlacedPart[] {
    return this.#parts.all();
  }

  /** Takes its metrics out of the registry and stops watching the process. What it watched goes on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scraper.idle();
    this.#bridge?.leave();
    this.#process?.[Symbol.dispose]();
  }

  #bridgeTo(registry: NonNullable<MonitoringOptions['registry']>): RegistryBridge {
    const source = {
      refreshed: () => this.scrape(),
      family: (name: string) => this.family(name),
      histograms: this.histograms,
    };
    return new RegistryBridge(registry, source, (error) => this.#failed(error.code, error));
  }

  *#sources(): Iterable<LabelledSource> {
    const labels = { bus: this.name };
    yield { key: '.monitoring', source: this.#own, labels };
    if (this.#process !== undefined) yield { key: '.process', source: this.#process, labels };
    for (const { path, part } of this.#parts.all()) {
      if (part.collect === undefined) continue;
      const source = part as Required<Pick<typeof part, 'collect'>>;
      // The bus itself goes by an empty path.
      yield { key: path === '' ? 'bus' : path, source, labels: path === '' ? labels : { ...labels, part: path } };
    }
  }

  /** The first time a line is written, later ones are counted. */
  #failed(source: string, error: unknown): void {
    if (this.#own.failed(source) > 1) return;
    this.#logger.warn(
      { event: 'monitoring.source-failed', source, error },
      `What ${source} tells of itself cannot be read, wholly or in part; the rest can.`,
    );
  }
}

/**
 * Starts to watch a bus.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every issue.
 */
export function createMonitoring(options: MonitoringOptions): Monitoring {
  return new Monitoring(options);
}
