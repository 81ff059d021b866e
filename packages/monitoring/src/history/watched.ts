import type { ScrapedValue } from './series-store.ts';

/** What is recorded and alerted on: a monitoring. */
export interface Watched {
  /**
   * Reads everything anew. Never rejects.
   *
   * @param whole - What is read whatever the level shows, from this or the next scrape on: names of which `values` is to have every series.
   */
  scrape(whole?: (name: string) => boolean): Promise<void>;
  /** What the last scrape found, of the families that are wanted whole every series, and first; read at once and not kept. */
  values(whole?: (name: string) => boolean): Iterable<ScrapedValue>;
}
