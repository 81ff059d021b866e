import { ASK, BID } from './levels.ts';
import type { NormalizedDelta, NormalizedSnapshot } from './normalized-event.ts';
import type { OrderBooks } from './order-books.ts';
import { readLevels, type ExactLevel } from './read-levels.ts';
import type { Rejection } from './rejections.ts';

/** Writes snapshots and deltas into books: each whole, or not at all. */
export class BookUpdates {
  readonly #books: OrderBooks;
  readonly #bids: ExactLevel[] = [];
  readonly #asks: ExactLevel[] = [];

  constructor(books: OrderBooks) {
    this.#books = books;
  }

  /**
   * Returns what speaks against the event, and then has changed nothing; undefined: the book holds it.
   *
   * After `NO_SNAPSHOT` what is known of the instrument is as it was; any other fault means that the book can no longer be trusted.
   */
  apply(slot: number, event: NormalizedSnapshot | NormalizedDelta): Rejection | undefined {
    const books = this.#books;
    const isDelta = event.type === 'book_delta';
    if (isDelta && !books.isWhole(slot)) return 'NO_SNAPSHOT';
    if (isDelta && event.gapBefore !== undefined) return 'SEQUENCE_GAP';
    // All levels are read before the first is applied, so that a book is never half changed.
    this.#bids.length = 0;
    this.#asks.length = 0;
    const fault = readLevels(event.bids, this.#bids) ?? readLevels(event.asks, this.#asks);
    if (fault !== undefined) return fault;
    if (!isDelta) books.clear(slot, { isWhole: true });
    for (const level of this.#bids) books.set(slot, BID, level);
    for (const level of this.#asks) books.set(slot, ASK, level);
    return undefined;
  }
}
