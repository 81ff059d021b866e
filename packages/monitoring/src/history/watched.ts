import type { ScrapedValue } from './series-store.ts';

/** What is recorded and alerted on: a monitoring. */
export interface Watched {
  /** Reads everything anew. Never rejects. */
  scrape(): Promise<void>;
  /** What the last scrape found; read at once and not kept. */
  values(): Iterable<ScrapedValue>;
}
