import type { JsonValue } from '@tradewind/core-types';

interface Tally {
  surprise: number;
  count: number;
}

/**
 * How much better than forecast the opportunities of each route fare, a route being one spread or cycle: what the other features do not tell about a
 * pair of venues. Bounded; the route that was added longest ago makes room.
 */
export class RouteRecords {
  readonly #byKey = new Map<string, Tally>();

  /** Takes in an outcome less its forecast. */
  add(key: string, surprise: number): void {
    let tally = this.#byKey.get(key);
    if (tally === undefined) {
      tally = { surprise: 0, count: 0 };
      if (this.#byKey.size >= MAX_ROUTES) {
        for (const oldest of this.#byKey.keys()) {
          this.#byKey.delete(oldest);
          break;
        }
      }
      this.#byKey.set(key, tally);
    }
    tally.surprise = tally.surprise * MEMORY + surprise;
    tally.count = tally.count * MEMORY + 1;
  }

  /** From -1 to 1; near 0 while little is known. */
  read(key: string): number {
    const tally = this.#byKey.get(key);
    return tally === undefined ? 0 : tally.surprise / (tally.count + CAUTION);
  }

  toJson(): JsonValue {
    return [...this.#byKey].map(([key, { surprise, count }]) => [key, surprise, count]);
  }

  /** Replaces what it knows. */
  take(records: ReadonlyMap<string, Tally>): void {
    this.#byKey.clear();
    for (const [key, tally] of records) this.#byKey.set(key, { ...tally });
  }

  /** Reads what `toJson` wrote; undefined for anything else. */
  static read(value: unknown): ReadonlyMap<string, Tally> | undefined {
    if (!Array.isArray(value) || value.length > MAX_ROUTES) return undefined;
    const records = new Map<string, Tally>();
    for (const entry of value as readonly unknown[]) {
      if (!Array.isArray(entry)) return undefined;
      const [key, surprise, count] = entry as readonly unknown[];
      if (typeof key !== 'string' || !isFinite(surprise) || !isFinite(count) || count < 0) return undefined;
      records.set(key, { surprise, count });
    }
    return records;
  }
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

const MAX_ROUTES = 10_000;
const MEMORY = 0.995;
/** So many outcomes as expected are assumed beforehand. */
const CAUTION = 20;
