import { MARKET_REGIMES } from '../regimes/market-regime.ts';
import type { TopicBook } from './topic-book.ts';

/** What was known of service times when a regime ended. Rows as in the book, as many as there were. */
export interface KeptTimes {
  readonly count: Float64Array<ArrayBuffer>;
  readonly level: Float64Array<ArrayBuffer>;
  readonly variance: Float64Array<ArrayBuffer>;
  readonly shape: Float64Array<ArrayBuffer>;
}

/** Its columns. */
export const KEPT = ['count', 'level', 'variance', 'shape'] as const;

/**
 * Service times by regime of the market: a handler that takes twice as long in volatile times need not be learned anew each time they come.
 *
 * When a regime ends what is known then is kept, and when it comes back that is where learning goes on, as if from sixteen observations: it may have changed meanwhile. Topics that
 * a regime has hardly shown stay as they are. Nothing is done per message: the work is a copy of four columns at a change of regime.
 *
 * Memory: 32 bytes a topic and regime, made when a regime first ends.
 */
export class RegimeTimes {
  /** By the place of the regime. */
  readonly kept: (KeptTimes | undefined)[] = MARKET_REGIMES.map(() => undefined);
  readonly #topics: TopicBook;

  constructor(topics: TopicBook) {
    this.#topics = topics;
  }

  /** Forgets them all. */
  clear(): void {
    this.kept.fill(undefined);
  }

  /** The market goes from one regime to another, by their places; -1, nothing known of it, is none. */
  change(from: number, to: number): void {
    const { times, size } = this.#topics;
    if (from >= 0) {
      this.kept[from] = {
        count: times.count.slice(0, size),
        level: times.level.slice(0, size),
        variance: times.variance.slice(0, size),
        shape: times.shape.slice(0, size),
      };
    }
    const kept = to >= 0 ? this.kept[to] : undefined;
    for (let row = 0; kept !== undefined && row < kept.count.length; row += 1) {
      const count = kept.count[row] as number;
      if (count < ENOUGH) continue;
      const level = kept.level[row] as number;
      const shape = kept.shape[row] as number;
      times.count[row] = Math.min(count, TRUSTED);
      times.level[row] = level;
      times.variance[row] = kept.variance[row] as number;
      times.shape[row] = shape;
      times.meanMs[row] = Math.exp(level) * shape;
      times.sumUp[row] = times.sumDown[row] = 0;
    }
  }
}

/** Observations in a regime before its own level is believed, and how many it counts as when it comes back. */
const ENOUGH = 8;
const TRUSTED = 16;
