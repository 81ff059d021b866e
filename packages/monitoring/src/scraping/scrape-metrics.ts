import type { MetricsSink, MetricsSource } from '@tradewind/core-types';
import { componentsOf, healthValue, type ComponentHealth } from '../health/health-tree.ts';
import type { ScrapeTotals } from './scraper.ts';

/** What the monitoring tells of itself. */
export interface ScrapeMetricsOptions {
  readonly health: () => ComponentHealth;
  readonly totals: () => ScrapeTotals;
  readonly sourceSeconds: () => ReadonlyMap<string, number>;
}

/** Whether everything is well, and what watching it takes. Totals are those of the scrape before. */
export class ScrapeMetrics implements MetricsSource {
  readonly #options: ScrapeMetricsOptions;
  readonly #failures = new Map<string, number>();

  constructor(options: ScrapeMetricsOptions) {
    this.#options = options;
  }

  /** @returns How often this source has failed now. */
  failed(source: string): number {
    const key = this.#failures.has(source) || this.#failures.size < MAX_SOURCES ? source : 'other';
    const count = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, count);
    return count;
  }

  collect(into: MetricsSink): void {
    for (const [name, help] of Object.entries(HELP)) into.describe(name, help);
    const health = this.#options.health();
    into.gauge('tradewind_up', health.status === 'down' ? 0 : 1);
    for (const { component, status } of componentsOf(health)) {
      into.gauge('tradewind_health_status', healthValue(status), { component });
    }
    const { scrapes, families, folded, lines, seconds } = this.#options.totals();
    into.counter('tradewind_monitoring_scrapes_total', scrapes);
    into.gauge('tradewind_monitoring_scrape_duration_seconds', seconds);
    into.gauge('tradewind_monitoring_families', families);
    into.gauge('tradewind_monitoring_series', lines);
    into.gauge('tradewind_monitoring_series_folded', folded);
    for (const [source, taken] of this.#options.sourceSeconds()) {
      into.counter('tradewind_monitoring_source_seconds_total', taken, { source });
    }
    for (const [source, count] of this.#failures) {
      into.counter('tradewind_monitoring_source_failures_total', count, { source });
    }
  }
}

const HELP = {
  tradewind_up: 'Whether the bus works: 0 when it says that it is down, as after it was closed.',
  tradewind_health_status: 'How well a component is: 1 up, 0.5 degraded, 0 down.',
  tradewind_monitoring_scrapes_total: 'Scrapes made.',
  tradewind_monitoring_scrape_duration_seconds: 'How long the scrape before this one took, pauses included.',
  tradewind_monitoring_families: 'Names of metrics in the scrape before this one.',
  tradewind_monitoring_series: 'Prometheus series in the scrape before this one.',
  tradewind_monitoring_series_folded: 'Series beyond the bound, which are added up as other.',
  tradewind_monitoring_source_seconds_total: 'How long it took to read a source, the scrapes before this one.',
  tradewind_monitoring_source_failures_total: 'What a source wrote and could not be read, or its throws.',
};
const MAX_SOURCES = 50;
