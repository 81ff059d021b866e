import type { Metric, Registry } from 'prom-client';
import { MonitoringError } from '../errors.ts';
import type { FamilyView } from '../scraping/family.ts';
import { RegistryFamily, type FamilySource } from './registry-family.ts';

/**
 * Puts the families of a monitoring into a prom-client registry, and takes them out again.
 *
 * prom-client takes any object with a `get()` for a metric, though its types name its own classes alone; that is the only cast.
 */
export class RegistryBridge {
  readonly #registry: Registry;
  readonly #source: FamilySource;
  readonly #joined = new Map<string, RegistryFamily>();
  readonly #taken: (error: MonitoringError) => void;
  readonly #refused = new Set<string>();

  /** @param taken - Told once of each name that the registry has from somebody else. */
  constructor(registry: Registry, source: FamilySource, taken: (error: MonitoringError) => void) {
    this.#registry = registry;
    this.#source = source;
    this.#taken = taken;
  }

  /** Brings in what is new. What is gone stays registered, without values: it may come back. */
  update(families: Iterable<FamilyView>): void {
    for (const family of families) if (!this.#joined.has(family.name)) this.#join(family);
  }

  /** Takes everything out that no other monitoring has there. */
  leave(): void {
    for (const [name, family] of this.#joined) if (!family.leave(this.#source)) this.#registry.removeSingleMetric(name);
    this.#joined.clear();
  }

  #join(view: FamilyView): void {
    const there: unknown = this.#registry.getSingleMetric(view.name);
    if (there !== undefined && !(there instanceof RegistryFamily)) return this.#refuse(view.name);
    const family = there ?? new RegistryFamily(view);
    family.join(this.#source);
    this.#joined.set(view.name, family);
    if (there === undefined) this.#registry.registerMetric(family as unknown as Metric);
  }

  #refuse(name: string): void {
    if (this.#refused.has(name)) return;
    this.#refused.add(name);
    this.#taken(
      new MonitoringError('METRIC_TAKEN', {
        message: `Expected that ${name} is free in the registry, and it has a metric of somebody else.`,
        hint: 'Give the monitoring a registry of its own, or rename the other metric.',
      }),
    );
  }
}
