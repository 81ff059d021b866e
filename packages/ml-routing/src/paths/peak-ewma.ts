import type { PathId } from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import { noCandidates } from './no-candidates.ts';
import type { PathRequest, PathSettlement, PathStrategy } from './path-strategy.ts';
import { Pending } from './pending.ts';

/** How long {@link PeakEwma} remembers, and what it thinks of paths that it does not know. */
export interface PeakEwmaOptions {
  /** After so many milliseconds a latency counts for 1/e. 1 to 3,600,000. Default 10,000. */
  readonly decayMs?: number | undefined;
}

/**
 * The path of the lowest average latency times messages under way, this one included. The average forgets in time, and a latency above it
 * replaces it at once: quick to avoid, slow to come back (the load balancer "Peak EWMA" of Twitter's Finagle). A path of which nothing is known
 * comes first. All paths are compared, not two at random.
 */
export class PeakEwma implements PathStrategy {
  readonly name = 'peak-ewma';
  readonly #pending = new Pending();
  readonly #averages = new Map<PathId, Average>();
  readonly #decayMs: number;

  /** @throws ValidationError `INVALID_OPTIONS`. */
  constructor(options: PeakEwmaOptions = {}) {
    const { decayMs } = readNumbers<keyof PeakEwmaOptions>(options, 'PeakEwmaOptions', {
      decayMs: { usual: 10_000, min: 1, max: 3_600_000 },
    });
    this.#decayMs = decayMs;
  }

  choose(paths: readonly PathId[], { ticket, nowMs }: PathRequest): PathId {
    let best = paths[0];
    if (best === undefined) throw noCandidates();
    let least = Infinity;
    for (let i = 0; i < paths.length; i += 1) {
      const path = paths[i] as PathId;
      const average = this.#averages.get(path);
      // A path at rest gets cheaper with time, so that it is tried again one day.
      const latencyMs = average === undefined ? 0 : average.ms * Math.exp((average.atMs - nowMs) / this.#decayMs);
      const pending = this.#pending.on(path);
      const cost = latencyMs === 0 && pending > 0 ? UNKNOWN_BUSY_MS + pending : latencyMs * (pending + 1);
      if (cost >= least) continue;
      best = path;
      least = cost;
    }
    this.#pending.sent(ticket, best);
    return best;
  }

  settled(settlement: PathSettlement): void {
    const { path, latencyMs, atMs, result } = settlement;
    this.#pending.settled(settlement);
    if (result === 'withdrawn' || !(latencyMs >= 0 && latencyMs < Infinity)) return;
    const average = this.#averages.get(path);
    if (average === undefined) {
      if (this.#averages.size < MAX_PATHS) this.#averages.set(path, { ms: latencyMs, atMs });
      return;
    }
    const weight = Math.exp(Math.min(0, average.atMs - atMs) / this.#decayMs);
    average.ms = latencyMs > average.ms ? latencyMs : average.ms * weight + latencyMs * (1 - weight);
    average.atMs = atMs;
  }
}

interface Average {
  ms: number;
  atMs: number;
}

/** While the first message of an unknown path is under way others wait for its answer, unless they are as slow. */
const UNKNOWN_BUSY_MS = 1_000;
const MAX_PATHS = 1_024;
