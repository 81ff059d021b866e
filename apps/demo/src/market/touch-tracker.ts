import type { BookDeltas, BookLevel, BookSnapshot, InstrumentId, Quote, TimestampNs } from '@tradewind/core-types';
import { LevelBook } from './level-book.ts';

/** The best bid and ask of one instrument, and when they were known here. A side without orders is undefined. */
export interface Touch {
  readonly instrumentId: InstrumentId;
  readonly bid: BookLevel | undefined;
  readonly ask: BookLevel | undefined;
  readonly asOfNs: TimestampNs;
  readonly source: 'quote' | 'book';
}

/**
 * The touch of every instrument: from quotes where the venue sends them, otherwise from its book.
 *
 * The two are separate channels that are not in step with each other, so they are never mixed: from its first quote on an
 * instrument's book is not looked at.
 */
export class TouchTracker {
  readonly #touches = new Map<InstrumentId, Touch>();
  readonly #books = new Map<InstrumentId, LevelBook>();

  get touches(): ReadonlyMap<InstrumentId, Touch> {
    return this.#touches;
  }

  onQuote(quote: Quote): void {
    const { instrumentId, bidPrice, bidSize, askPrice, askSize } = quote;
    if (this.#books.size > 0) this.#books.delete(instrumentId);
    this.#touches.set(instrumentId, {
      instrumentId,
      bid: bidPrice === null || bidSize === null ? undefined : [bidPrice, bidSize],
      ask: askPrice === null || askSize === null ? undefined : [askPrice, askSize],
      asOfNs: quote.tsInitNs,
      source: 'quote',
    });
  }

  onBook(event: BookSnapshot | BookDeltas): void {
    const { instrumentId } = event;
    if (this.#touches.get(instrumentId)?.source === 'quote') return;
    let book = this.#books.get(instrumentId);
    if (book === undefined) {
      book = new LevelBook();
      this.#books.set(instrumentId, book);
    }
    if (event.type === 'book_snapshot') book.replace(event);
    else book.apply(event);
    this.#touches.set(instrumentId, {
      instrumentId,
      bid: book.bestBid,
      ask: book.bestAsk,
      asOfNs: event.tsInitNs,
      source: 'book',
    });
  }
}
