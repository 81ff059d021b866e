import type { NormalizedEvent, NormalizedLevel } from '../../src/market/normalized-event.ts';
import type { Opportunity } from '../../src/lifecycle/opportunity.ts';

interface Book {
  readonly bids: Map<string, string>;
  readonly asks: Map<string, string>;
}

/**
 * Keeps books of its own, as texts, and tells whether the orders of an opportunity would find all that they ask for: it shares no code with what it
 * judges. Slow, and only asked a few thousand times.
 */
export class Judge {
  readonly #books = new Map<string, Book>();

  apply(event: NormalizedEvent): void {
    if (event.type === 'quote') {
      const book = this.#clear(event);
      if (event.bid && event.bidSize) book.bids.set(event.bid, event.bidSize);
      if (event.ask && event.askSize) book.asks.set(event.ask, event.askSize);
    } else if (event.type === 'book_snapshot' || event.type === 'book_delta') {
      const book = event.type === 'book_snapshot' ? this.#clear(event) : this.#book(`${event.venue}:${event.symbol}`);
      put(book.bids, event.bids);
      put(book.asks, event.asks);
    }
  }

  /** Whether every leg finds its quantity within its limit by now. */
  isExecutable({ legs }: Opportunity): boolean {
    return legs.every(({ venue, symbol, side, limit = '0', quantity = '0' }) => {
      const book = this.#book(`${venue}:${symbol}`);
      let found = 0n;
      for (const [price, size] of side === 'BUY' ? book.asks : book.bids) {
        const isWithin = side === 'BUY' ? units(price) <= units(limit) : units(price) >= units(limit);
        if (isWithin) found += units(size);
      }
      return found >= units(quantity);
    });
  }

  /** The books as events that make them anew, for a replay that begins here. */
  snapshots(tsRecv: string | bigint): readonly NormalizedEvent[] {
    return [...this.#books].map(([key, { bids, asks }]) => {
      const [venue = '', symbol = ''] = key.split(':');
      return { type: 'book_snapshot', venue, symbol, tsRecv, bids: [...bids], asks: [...asks] };
    });
  }

  #clear({ venue, symbol }: { readonly venue: string; readonly symbol: string }): Book {
    const book = this.#book(`${venue}:${symbol}`);
    book.bids.clear();
    book.asks.clear();
    return book;
  }

  #book(key: string): Book {
    let book = this.#books.get(key);
    if (book === undefined) {
      book = { bids: new Map(), asks: new Map() };
      this.#books.set(key, book);
    }
    return book;
  }
}

function put(side: Map<string, string>, levels: readonly NormalizedLevel[]): void {
  for (const [price, size] of levels) {
    if (Number(size) === 0) side.delete(price);
    else side.set(price, size);
  }
}

function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}
