import type { FamilyView } from '../scraping/family.ts';
import type { HistogramLines } from './histogram-lines.ts';

/** A value as a prom-client registry wants it. */
export interface RegistryValue {
  readonly metricName?: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/** What the families of one name in several monitorings give to one registry. */
export interface FamilySource {
  /** Resolves when the values are fresh. */
  refreshed(): Promise<void>;
  family(name: string): FamilyView | undefined;
  readonly histograms: HistogramLines;
}

/**
 * A family in a prom-client registry: an object with a `get()`, asked by the registry when it is scraped. Nothing is counted twice and
 * nothing is called per message.
 *
 * Several monitorings in one registry share the object of a name, each with its own value of the label `bus`.
 */
export class RegistryFamily {
  /** Changed by a registry that writes OpenMetrics: there the name of a counter goes without `_total`. */
  name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator = 'sum';
  readonly #family: string;
  readonly #sources = new Set<FamilySource>();

  constructor({ name, help, kind }: FamilyView) {
    this.#family = name;
    this.name = name;
    this.help = help === '' ? name : help;
    this.type = kind;
  }

  join(source: FamilySource): void {
    this.#sources.add(source);
  }

  /** @returns Whether anybody is left. */
  leave(source: FamilySource): boolean {
    this.#sources.delete(source);
    return this.#sources.size > 0;
  }

  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: RegistryValue[] }> {
    const sources = [...this.#sources];
    await Promise.all(sources.map((source) => source.refreshed()));
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: sources.flatMap((source) => valuesOf(source, this.#family)) };
  }

  /** The registry's `resetMetrics`: what the bus counted is not the registry's to reset. */
  reset(): void {
    // Counters belong to their parts.
  }
}

function valuesOf(source: FamilySource, name: string): RegistryValue[] {
  const values: RegistryValue[] = [];
  for (const { labels, value, histogram } of source.family(name)?.series ?? []) {
    if (histogram === undefined) {
      values.push({ labels: { ...labels }, value });
      continue;
    }
    for (const { le, count } of source.histograms.buckets(histogram)) {
      values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: count });
    }
    values.push({ metricName: `${name}_sum`, labels: { ...labels }, value: histogram.sum });
    values.push({ metricName: `${name}_count`, labels: { ...labels }, value: histogram.count });
  }
  return values;
}
