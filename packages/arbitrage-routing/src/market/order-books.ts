import { ONE } from '../money/fixed-point.ts';
import { BookSide } from './book-side.ts';
import type { InstrumentTable } from './instrument-table.ts';
import { BID, type LevelSource, type Side } from './levels.ts';

interface Book {
  readonly bids: BookSide;
  readonly asks: BookSide;
  /** Whether a snapshot has come since it was cleared. */
  isWhole: boolean;
}

/** The full books of all instruments. */
export class OrderBooks implements LevelSource {
  readonly #table: InstrumentTable;
  readonly #books: readonly Book[];

  constructor(table: InstrumentTable) {
    this.#table = table;
    this.#books = table.terms.map(() => ({ bids: new BookSide(1), asks: new BookSide(-1), isWhole: false }));
  }

  /** Whether deltas can be applied. */
  isWhole(slot: number): boolean {
    return this.#book(slot).isWhole;
  }

  /** Empties a book; `isWhole` says whether that is because a snapshot follows. */
  clear(slot: number, options: { readonly isWhole: boolean }): void {
    const book = this.#book(slot);
    book.bids.clear();
    book.asks.clear();
    book.isWhole = options.isWhole;
  }

  /** Sets a level, its size as the venue gives it. */
  set(slot: number, side: Side, level: { readonly price: bigint; readonly size: bigint }): void {
    const contract = this.#table.terms[slot]?.contract ?? ONE;
    this.#side(slot, side).set(level.price, contract === ONE ? level.size : (level.size * contract) / ONE);
  }

  depth(slot: number, side: Side): number {
    return this.#side(slot, side).depth;
  }

  price(slot: number, side: Side, level: number): bigint {
    return this.#side(slot, side).price(level);
  }

  size(slot: number, side: Side, level: number): bigint {
    return this.#side(slot, side).size(level);
  }

  #side(slot: number, side: Side): BookSide {
    const book = this.#book(slot);
    return side === BID ? book.bids : book.asks;
  }

  #book(slot: number): Book {
    const book = this.#books[slot];
    if (book === undefined) throw new RangeError(`Expected a slot below ${this.#books.length}, received ${slot}.`);
    return book;
  }
}
