import type { Outcome } from '@tradewind/core-types';

/**
 * Joins outcomes to the decisions that led to them: by sequence, time of publishing and producer.
 *
 * A few thousand decisions are open at a time; one comes and one goes per message. The places of open decisions form a ring, and a table with open
 * addressing, at most a quarter full, leads from a sequence to its place: no object is made. When the ring comes round to a decision that is still
 * open, that one is given up and counted.
 *
 * A plugin is not told who its client is as a producer. The first outcome of the same sequence and the same fractional millisecond says it; from then on
 * outcomes of other producers, whose sequences are their own, are not looked at.
 */
export class OutcomeJoin {
  /** A power of two. */
  readonly capacity: number;
  /** Decisions whose outcome came. */
  joined = 0;
  /** Decisions that were given up before their outcome came. */
  unjoined = 0;
  readonly #sequences: Float64Array<ArrayBuffer>;
  readonly #publishedAtMs: Float64Array<ArrayBuffer>;
  /** Places by slot of the table, plus one; 0: free. */
  readonly #table: Int32Array<ArrayBuffer>;
  readonly #mask: number;
  #producer: string | undefined = undefined;
  #next = 0;
  #open = 0;

  /** @param capacity - How many decisions may be open; rounded up to a power of two. */
  constructor(capacity: number) {
    this.capacity = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
    this.#sequences = new Float64Array(this.capacity).fill(CLOSED);
    this.#publishedAtMs = new Float64Array(this.capacity);
    this.#table = new Int32Array(this.capacity * SLOTS_PER_PLACE);
    this.#mask = this.#table.length - 1;
  }

  /** Decisions whose outcome has not come. */
  get open(): number {
    return this.#open;
  }

  /** Opens a decision. @returns Its place, below `capacity`: the caller keeps what belongs to it in columns of its own. */
  decided(sequence: number, publishedAtMs: number): number {
    const place = this.#next;
    this.#next = (place + 1) & (this.capacity - 1);
    if (this.#sequences[place] !== CLOSED) {
      this.#close(place);
      this.unjoined += 1;
    }
    this.#sequences[place] = sequence;
    this.#publishedAtMs[place] = publishedAtMs;
    this.#table[this.#freeSlot(sequence)] = place + 1;
    this.#open += 1;
    return place;
  }

  /** The place of the decision that led to an outcome, which is closed by this; -1 where there is none. */
  settle(outcome: Outcome): number {
    if (this.#producer !== undefined && outcome.producer !== this.#producer) return -1;
    const place = this.#find(outcome.sequence, outcome.publishedAtMs);
    if (place < 0) return -1;
    this.#producer = outcome.producer;
    this.#close(place);
    this.joined += 1;
    return place;
  }

  #find(sequence: number, publishedAtMs: number): number {
    for (let slot = this.#home(sequence); ; slot = (slot + 1) & this.#mask) {
      const place = (this.#table[slot] as number) - 1;
      if (place < 0) return -1;
      if (this.#sequences[place] === sequence && this.#publishedAtMs[place] === publishedAtMs) return place;
    }
  }

  #freeSlot(sequence: number): number {
    let slot = this.#home(sequence);
    while (this.#table[slot] !== 0) slot = (slot + 1) & this.#mask;
    return slot;
  }

  /** Takes a place out of the table and moves up what its slot was in the way of (Knuth, The Art of Computer Programming 3, algorithm 6.4 R). */
  #close(place: number): void {
    let hole = this.#home(this.#sequences[place] as number);
    while (this.#table[hole] !== place + 1) hole = (hole + 1) & this.#mask;
    for (let slot = (hole + 1) & this.#mask; this.#table[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const home = this.#home(this.#sequences[(this.#table[slot] as number) - 1] as number);
      // Whether the hole lies on the way from the home of this one to where it is.
      if (((slot - home) & this.#mask) < ((slot - hole) & this.#mask)) continue;
      this.#table[hole] = this.#table[slot] as number;
      hole = slot;
    }
    this.#table[hole] = 0;
    this.#sequences[place] = CLOSED;
    this.#open -= 1;
  }

  #home(sequence: number): number {
    // The top bits of the product are the well-mixed ones.
    return (Math.imul(sequence | 0, SPREAD) >>> 8) & this.#mask;
  }
}

const CLOSED = -1;
const SLOTS_PER_PLACE = 4;
/** Knuth's multiplier. */
const SPREAD = 0x9e37_79b1;
