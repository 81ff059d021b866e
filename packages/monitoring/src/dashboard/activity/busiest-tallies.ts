import { Tally } from './tally.ts';

/**
 * The tallies of the busiest, so many at most: some thousand sightings a second, of mostly the same.
 *
 * Which one was seen least is looked for only when a new one needs room, among those seen longest ago: sighting moves a tally to the end of the map, so
 * that the front holds those that were not seen for long. Looking at 32 of them makes a newcomer cheap; it can be that not the very least goes.
 */
export class BusiestTallies {
  readonly #max: number;
  readonly #tallies = new Map<string, Tally>();
  /** How often each was seen, and what it inherited from whom it followed. */
  readonly #weights = new Map<string, number>();
  #evicted = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get all(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  /** Times that one was let go for another. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Counts a sighting; it always has a tally afterwards. */
  seen(key: string): Tally {
    const known = this.#tallies.get(key);
    if (known !== undefined) {
      const weight = (this.#weights.get(key) ?? 0) + 1;
      this.#weights.delete(key);
      this.#weights.set(key, weight);
      return known;
    }
    const inherited = this.#tallies.size >= this.#max ? this.#letGo() : 0;
    const tally = new Tally();
    this.#tallies.set(key, tally);
    this.#weights.set(key, inherited + 1);
    return tally;
  }

  /** Takes the busiest of two others. */
  merge(...others: readonly BusiestTallies[]): void {
    const weights = new Map<string, number>();
    for (const other of others) {
      for (const [key, weight] of other.#weights) weights.set(key, (weights.get(key) ?? 0) + weight);
      this.#evicted += other.#evicted;
    }
    const busiest = [...weights].toSorted(([, a], [, b]) => b - a);
    this.#evicted += Math.max(0, busiest.length - this.#max);
    for (const [key, weight] of busiest.slice(0, this.#max)) {
      const tally = new Tally();
      for (const other of others) {
        const own = other.#tallies.get(key);
        if (own !== undefined) tally.add(own);
      }
      this.#tallies.set(key, tally);
      this.#weights.set(key, weight);
    }
  }

  #letGo(): number {
    let least = '';
    let leastWeight = Infinity;
    let looked = 0;
    for (const [key, weight] of this.#weights) {
      if (weight < leastWeight) {
        least = key;
        leastWeight = weight;
      }
      looked += 1;
      if (looked >= MAX_LOOKS) break;
    }
    this.#tallies.delete(least);
    this.#weights.delete(least);
    this.#evicted += 1;
    return leastWeight;
  }
}

const MAX_LOOKS = 32;
