import { termsOf, type InstrumentDirectory } from './instrument-grids.ts';

/**
 * Slots of a venue by the bytes of their symbols.
 *
 * Workload: one look-up a message among up to thousands. Open addressing with a quarter of the places taken; what is found is compared byte by byte,
 * so that no two symbols are ever taken for one another.
 */
export class SymbolIndex {
  readonly #slots: Int32Array;
  readonly #starts: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(directory: InstrumentDirectory, venue: string) {
    const symbols = [...termsOf(directory)].filter(({ row }) => row.venue === venue);
    const encoded = symbols.map(({ row }) => new TextEncoder().encode(row.symbol));
    let places = LEAST_PLACES;
    while (places < symbols.length * SPARSENESS) places *= 2;
    this.#slots = new Int32Array(places).fill(-1);
    // Where the symbol of a place begins, and where it ends.
    this.#starts = new Int32Array(places * 2);
    this.#bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0));
    let start = 0;
    for (const [index, bytes] of encoded.entries()) {
      let place = hashOf(bytes, 0, bytes.length) & (places - 1);
      while (this.#slots[place] !== -1) place = (place + 1) & (places - 1);
      this.#slots[place] = symbols[index]?.slot ?? -1;
      this.#bytes.set(bytes, start);
      this.#starts[place * 2] = start;
      start += bytes.length;
      this.#starts[place * 2 + 1] = start;
    }
  }

  /** The slot of the symbol that stands in `bytes` from `from` to `to - 1`; -1 for an unknown one. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let place = hashOf(bytes, from, to) & mask;
    for (;;) {
      const slot = this.#slots[place] as number;
      if (slot === -1 || this.#isAt(place, bytes, from, to)) return slot;
      place = (place + 1) & mask;
    }
  }

  #isAt(place: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[place * 2] as number;
    if ((this.#starts[place * 2 + 1] as number) - start !== to - from) return false;
    for (let i = from; i < to; i += 1) if (this.#bytes[start + i - from] !== bytes[i]) return false;
    return true;
  }
}

/** FNV-1a, 32 bits (Fowler, Noll and Vo). */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

const LEAST_PLACES = 16;
const SPARSENESS = 4;
