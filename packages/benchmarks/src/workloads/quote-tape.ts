import type { Random } from '@tradewind/core-types';
import { venueOf } from './topics.ts';

/** What is quoted. */
export interface QuoteTapeOptions {
  readonly venues: number;
  readonly symbols: number;
  readonly random: Random;
}

/** So many quotes until the tape begins again. A prime, so that every topic comes by every place of it. */
const LENGTH = 8191;
const FIRST_PRICE = 642_500;
/** Half of what lies between bid and ask. */
const HALF_SPREAD = 2;
/** Every so many quotes, also a prime, a venue is far away from the others. */
const DISLOCATED_EVERY = 47;
const DISLOCATION = 300;
const TICKS_PER_UNIT = 10;

/**
 * Quotes of some symbols at some venues, all venues of a symbol in direct succession: prices that wander, and now and then a venue that is so far from
 * the others that buying there and selling elsewhere pays. Prices are ticks of 0.1 and their text.
 */
export class QuoteTape {
  /** `data.quotes.BINANCE.S0`, by stream. */
  readonly topics: readonly string[];
  readonly #venues: number;
  readonly #bids: Int32Array = new Int32Array(LENGTH);
  readonly #bidTexts: string[] = [];
  readonly #askTexts: string[] = [];

  constructor({ venues, symbols, random }: QuoteTapeOptions) {
    this.#venues = venues;
    this.topics = Array.from(
      { length: venues * symbols },
      (_, stream) => `data.quotes.${this.venueOf(stream)}.${this.symbolOf(stream)}`,
    );
    let middle = FIRST_PRICE;
    for (let i = 0; i < LENGTH; i += 1) {
      middle += Math.floor(random.next() * 3) - 1;
      const away = i % DISLOCATED_EVERY === DISLOCATED_EVERY - 1 ? DISLOCATION : 0;
      this.#bids[i] = middle + away - HALF_SPREAD;
      this.#bidTexts.push(priceText(middle + away - HALF_SPREAD));
      this.#askTexts.push(priceText(middle + away + HALF_SPREAD));
    }
  }

  venueOf(stream: number): string {
    return venueOf(stream % this.#venues);
  }

  symbolOf(stream: number): string {
    return `S${this.symbolIndexOf(stream)}`;
  }

  symbolIndexOf(stream: number): number {
    return Math.floor(stream / this.#venues);
  }

  /** In ticks. */
  bid(index: number): number {
    return this.#bids[index % LENGTH] as number;
  }

  bidText(index: number): string {
    return this.#bidTexts[index % LENGTH] as string;
  }

  askText(index: number): string {
    return this.#askTexts[index % LENGTH] as string;
  }
}

function priceText(ticks: number): string {
  return `${Math.floor(ticks / TICKS_PER_UNIT)}.${ticks % TICKS_PER_UNIT}`;
}
