import type { ScrapedValue } from '../history/series-store.ts';

/** What alerts are made from: a monitoring. */
export interface Watched {
  /** Reads everything anew. Never rejects. */
  scrape(): Promise<void>;
  /** What the last scrape found; read at once and not kept. */
  values(): Iterable<ScrapedValue>;
}
