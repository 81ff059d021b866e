import type { OpportunitySource } from './opportunity-sink.ts';
import type { PairRecord } from './pair-record.ts';

/** A spread that is live, with its figures. */
export interface LivePair extends OpportunitySource {
  readonly buy: number;
  readonly sell: number;
  readonly record: PairRecord;
}

/**
 * The live spreads, by slot.
 *
 * Workload: asked for one of tens of partners of a slot, many times while a venue is away from the others, so each slot has a map of its own under
 * small integers; one map of all, under the product of two slots, took most of the time that a crossing costs.
 */
export class LivePairs {
  readonly #ofSlot: (Map<number, LivePair> | undefined)[];
  #size = 0;

  constructor(slots: number) {
    this.#ofSlot = Array.from({ length: slots }, () => undefined);
  }

  get size(): number {
    return this.#size;
  }

  find(buy: number, sell: number): LivePair | undefined {
    return this.#ofSlot[buy]?.get(sell * 2);
  }

  /** All spreads that buy or sell the slot; a spread may be removed while they are gone through. */
  of(slot: number): Iterable<LivePair> | undefined {
    return this.#ofSlot[slot]?.values();
  }

  add(pair: LivePair): void {
    this.#size += 1;
    this.#partnersOf(pair.buy).set(pair.sell * 2, pair);
    this.#partnersOf(pair.sell).set(pair.buy * 2 + 1, pair);
  }

  remove(pair: LivePair): void {
    this.#size -= 1;
    this.#ofSlot[pair.buy]?.delete(pair.sell * 2);
    this.#ofSlot[pair.sell]?.delete(pair.buy * 2 + 1);
  }

  /** Kept when empty: a slot that crossed once crosses again. */
  #partnersOf(slot: number): Map<number, LivePair> {
    let partners = this.#ofSlot[slot];
    if (partners === undefined) {
      partners = new Map();
      this.#ofSlot[slot] = partners;
    }
    return partners;
  }
}
