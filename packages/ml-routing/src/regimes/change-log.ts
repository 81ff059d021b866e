import type { MarketRegime } from './market-regime.ts';

/** One regime took over from another. */
export interface RegimeChange {
  readonly atMs: number;
  /** Undefined: the whole market. */
  readonly instrumentId: string | undefined;
  readonly from: MarketRegime;
  readonly to: MarketRegime;
  /** Posterior probability of `to` at that moment. */
  readonly confidence: number;
}

/** The last 256 changes of regime. A change is rare, so it may be an object. */
export class ChangeLog {
  readonly #changes: RegimeChange[] = [];
  #count = 0;

  /** Changes since the start. */
  get count(): number {
    return this.#count;
  }

  write(change: RegimeChange): void {
    this.#changes[this.#count % CAPACITY] = change;
    this.#count += 1;
  }

  /** Newest first. */
  recent(limit: number): readonly RegimeChange[] {
    const kept = Math.min(this.#count, CAPACITY, Math.max(0, Math.floor(limit)));
    return Array.from({ length: kept }, (_, back) => this.#changes[(this.#count - 1 - back) % CAPACITY]).filter(
      (change) => change !== undefined,
    );
  }
}

const CAPACITY = 256;
