/** The topics that a bus has seen. Bounded: beyond its bound further topics are counted, not listed. */
export interface TopicCatalog {
  topics(): Iterable<string>;
  /** Calls back once for each topic first seen after the call, before its first message is delivered where the bus can, and never twice for one. */
  onTopic(listener: (topic: string) => void): Disposable;
  /** How many topics were seen beyond the bound; above 0 the catalog is incomplete. */
  unlisted(): number;
}
