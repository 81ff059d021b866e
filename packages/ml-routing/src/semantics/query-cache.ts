import { CONTEXT_PLACES, type KnownContext } from './query-context.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly epoch: number;
}

/**
 * Values by query and context, each valid for one epoch.
 *
 * Workload: the same few hundred queries over and over, a handful of new ones; a hit is one look-up by a string whose hash is known. Two
 * generations bound it: when the younger is full the older goes, which keeps what is in use without touching anything on a hit.
 */
export class QueryCache<Value> {
  readonly #generationSize: number;
  readonly #young: Map<string, Entry<Value>>[] = emptyGeneration();
  readonly #old: Map<string, Entry<Value>>[] = emptyGeneration();

  constructor(maxQueries: number) {
    this.#generationSize = Math.max(1, maxQueries >> 1);
  }

  get(query: string, context: KnownContext, epoch: number): Value | undefined {
    const { place } = context;
    const entry = this.#young[place]?.get(query);
    if (entry !== undefined) return entry.epoch === epoch ? entry.value : undefined;
    const old = this.#old[place]?.get(query);
    if (old === undefined || old.epoch !== epoch) return undefined;
    this.set(query, context, old);
    return old.value;
  }

  set(query: string, context: KnownContext, entry: Entry<Value>): void {
    const { place } = context;
    const young = this.#young[place] as Map<string, Entry<Value>>;
    if (young.size >= this.#generationSize && !young.has(query)) {
      const emptied = this.#old[place] as Map<string, Entry<Value>>;
      emptied.clear();
      emptied.set(query, entry);
      this.#old[place] = young;
      this.#young[place] = emptied;
    } else young.set(query, entry);
  }
}

function emptyGeneration<Value>(): Map<string, Entry<Value>>[] {
  return Array.from({ length: CONTEXT_PLACES }, () => new Map<string, Entry<Value>>());
}
