/**
 * Remembers, for a while and in fixed memory, which topics it has seen once.
 *
 * A cache that admits whatever it meets is washed out by topics that never come back; one that admits on the second sighting is not.
 * Sets of four fingerprints, of which a new one overwrites one. A fingerprint is 16 bits, so that one topic in sixteen thousand is taken for
 * another, which costs a place in the cache and nothing else; and a set is eight bytes, so that all of them stay near the processor.
 * Source of the idea: G. Einziger, R. Friedman, B. Manes, "TinyLFU: A Highly Efficient Cache Admission Policy" (2017), the doorkeeper.
 */
export class Doorkeeper {
  readonly #fingerprints: Uint16Array;
  readonly #lastSet: number;
  #turn = 0;

  /** `capacity`: how many single sightings it remembers, a power of two from 4. */
  constructor(capacity: number) {
    this.#fingerprints = new Uint16Array(capacity);
    this.#lastSet = capacity / WAYS - 1;
  }

  /** Whether the hash was seen before; if so it is forgotten, otherwise remembered. */
  isSecondSighting(hash: number): boolean {
    const fingerprint = hash >>> 16 || 1;
    const first = (hash & this.#lastSet) * WAYS;
    for (let at = first; at < first + WAYS; at += 1) {
      if (this.#fingerprints[at] !== fingerprint) continue;
      this.#fingerprints[at] = 0;
      return true;
    }
    this.#turn = (this.#turn + 1) & (WAYS - 1);
    this.#fingerprints[first + this.#turn] = fingerprint;
    return false;
  }
}

const WAYS = 4;
