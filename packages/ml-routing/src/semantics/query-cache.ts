import { SESSION_PHASES, type SessionPhase } from '../regimes/market-regime.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly epoch: number;
}

/**
 * Values by query and session, each valid for one epoch.
 *
 * Workload: the same few hundred queries over and over, a handful of new ones; a hit is one look-up by a string whose hash is known. Two
 * generations bound it: when the younger is full the older goes, which keeps what is in use without touching anything on a hit.
 */
export class QueryCache<Value> {
  readonly #generationSize: number;
  #young: Map<string, Entry<Value>>[] = emptyGeneration();
  #old: Map<string, Entry<Value>>[] = emptyGeneration();

  constructor(maxQueries: number) {
    this.#generationSize = Math.max(1, maxQueries >> 1);
  }

  get(query: string, session: SessionPhase | undefined, epoch: number): Value | undefined {
    const place = session === undefined ? 0 : placeOf(session);
    const entry = this.#young[place]?.get(query);
    if (entry !== undefined) return entry.epoch === epoch ? entry.value : undefined;
    const old = this.#old[place]?.get(query);
    if (old === undefined || old.epoch !== epoch) return undefined;
    this.set(query, session, old);
    return old.value;
  }

  set(query: string, session: SessionPhase | undefined, entry: Entry<Value>): void {
    const place = session === undefined ? 0 : placeOf(session);
    const young = this.#young[place] as Map<string, Entry<Value>>;
    if (young.size >= this.#generationSize && !young.has(query)) {
      const emptied = this.#old[place] as Map<string, Entry<Value>>;
      emptied.clear();
      emptied.set(query, entry);
      this.#old[place] = young;
      this.#young[place] = emptied;
    } else young.set(query, entry);
  }

  clear(): void {
    this.#young = emptyGeneration();
    this.#old = emptyGeneration();
  }
}

function emptyGeneration<Value>(): Map<string, Entry<Value>>[] {
  return Array.from({ length: SESSION_PHASES.length + 1 }, () => new Map<string, Entry<Value>>());
}

/** An unknown session is as good as none. */
function placeOf(session: SessionPhase): number {
  return SESSION_PHASES.indexOf(session) + 1;
}
