import { ValidationError, showValue } from '@tradewind/core-types';
import type { NormalizedLevel } from '../market/normalized-event.ts';
import type { InstrumentTerms } from '../market/instrument-table.ts';
import { BookSide } from '../market/book-side.ts';
import { ONE, parseFixed } from '../money/fixed-point.ts';

/** An order at the venue. Amounts in units of 1e-18, quantities in base currency. */
export interface PaperOrder {
  readonly clientOrderId: string;
  readonly strategyId: string;
  readonly venueOrderId: string;
  readonly terms: InstrumentTerms;
  readonly side: 'BUY' | 'SELL';
  /** Undefined: at any price. */
  readonly limit: bigint | undefined;
  readonly quantity: bigint;
  filled: bigint;
  /** What stands before it at its price, while it rests. */
  queueAhead: bigint;
}

/** Told of each fill of an order, before the next one. */
export type FillListener = (
  order: PaperOrder,
  fill: { readonly price: bigint; readonly quantity: bigint; readonly isMaker: boolean },
) => void;

/** One instrument of a paper exchange: the public book, what of it our own orders have taken, and our resting orders with their places in the queue. */
export class PaperMarket {
  readonly #terms: InstrumentTerms;
  readonly #onFill: FillListener;
  readonly #bids = new BookSide(1);
  readonly #asks = new BookSide(-1);
  readonly #resting = new Map<string, PaperOrder>();

  constructor(terms: InstrumentTerms, onFill: FillListener) {
    this.#terms = terms;
    this.#onFill = onFill;
  }

  /**
   * Replaces the public book; resting orders that it now crosses trade, and move up where less stands before them.
   *
   * @throws ValidationError `INVALID_MARKET_EVENT`; the book is as it was then.
   */
  setBook(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[]): void {
    // Both sides are read before either changes.
    const [newBids, newAsks] = [this.#readLevels('bids', bids), this.#readLevels('asks', asks)];
    for (const [side, levels] of [
      [this.#bids, newBids],
      [this.#asks, newAsks],
    ] as const) {
      side.clear();
      for (const { price, size } of levels) side.set(price, size);
    }
    for (const order of this.#resting.values()) {
      order.queueAhead = min(order.queueAhead, this.#displayed(order));
      this.take(order, { isMaker: true });
      if (order.filled === order.quantity) this.#resting.delete(order.clientOrderId);
    }
  }

  /**
   * A public trade: it uses up what stands before our resting orders at its price, then fills them.
   *
   * @throws ValidationError `INVALID_MARKET_EVENT`
   */
  trade(priceText: string, sizeText: string): void {
    const price = read('price', priceText);
    let left = this.#sizeOf('size', sizeText);
    for (const order of this.#resting.values()) {
      if (order.limit !== price || left === 0n) continue;
      const before = min(order.queueAhead, left);
      order.queueAhead -= before;
      left -= before;
      const quantity = min(order.quantity - order.filled, left);
      if (quantity === 0n) continue;
      left -= quantity;
      this.#fill(order, { price, quantity, isMaker: true });
      if (order.filled === order.quantity) this.#resting.delete(order.clientOrderId);
    }
  }

  /** Lets an order take what the other side offers within its limit, as far as it goes. */
  take(order: PaperOrder, { isMaker }: { readonly isMaker: boolean }): void {
    const side = order.side === 'BUY' ? this.#asks : this.#bids;
    while (order.filled < order.quantity && side.depth > 0) {
      const price = side.price(0);
      const isWithin =
        order.limit === undefined || (order.side === 'BUY' ? price <= order.limit : price >= order.limit);
      if (!isWithin) return;
      const quantity = min(side.size(0), order.quantity - order.filled);
      side.set(price, side.size(0) - quantity);
      // A resting order trades at its own price, whoever comes to meet it.
      this.#fill(order, { price: isMaker ? (order.limit ?? price) : price, quantity, isMaker });
    }
  }

  /** How much an order could take now. */
  available(order: PaperOrder): bigint {
    const side = order.side === 'BUY' ? this.#asks : this.#bids;
    let sum = 0n;
    for (let level = 0; level < side.depth; level += 1) {
      const price = side.price(level);
      if (order.limit !== undefined && (order.side === 'BUY' ? price > order.limit : price < order.limit)) break;
      sum += side.size(level);
    }
    return sum;
  }

  /** Somebody else was faster: takes a share, in millionths, of the best level that the order would meet. */
  snatch(order: PaperOrder, millionths: bigint): void {
    const side = order.side === 'BUY' ? this.#asks : this.#bids;
    if (side.depth === 0) return;
    const lost = (side.size(0) * millionths) / 1_000_000n;
    const left = side.size(0) - lost;
    // What is left stays a multiple of the lot, as at a venue.
    side.set(side.price(0), left - (left % this.#terms.lot));
  }

  /** Puts an order at the end of the queue of its price. */
  rest(order: PaperOrder): void {
    order.queueAhead = this.#displayed(order);
    this.#resting.set(order.clientOrderId, order);
  }

  /** Takes a resting order off the book; false when it does not rest. */
  remove(clientOrderId: string): boolean {
    return this.#resting.delete(clientOrderId);
  }

  resting(): Iterable<PaperOrder> {
    return this.#resting.values();
  }

  #fill(
    order: PaperOrder,
    fill: { readonly price: bigint; readonly quantity: bigint; readonly isMaker: boolean },
  ): void {
    order.filled += fill.quantity;
    this.#onFill(order, fill);
  }

  /** What the public book shows at the order's own price. */
  #displayed({ side, limit }: PaperOrder): bigint {
    const levels = side === 'BUY' ? this.#bids : this.#asks;
    for (let level = 0; level < levels.depth; level += 1) if (levels.price(level) === limit) return levels.size(level);
    return 0n;
  }

  #readLevels(name: string, levels: readonly NormalizedLevel[]): readonly PaperLevel[] {
    return levels.map(([price, size], index) => ({
      price: read(`${name}[${index}].price`, price),
      size: this.#sizeOf(`${name}[${index}].size`, size),
    }));
  }

  #sizeOf(path: string, text: string): bigint {
    return (read(path, text) * this.#terms.contract) / ONE;
  }
}

interface PaperLevel {
  readonly price: bigint;
  readonly size: bigint;
}

function read(path: string, text: string): bigint {
  const value = parseFixed(text);
  if (value !== undefined && value >= 0n) return value;
  throw new ValidationError('INVALID_MARKET_EVENT', {
    path,
    expected: 'a decimal text from zero with at most 18 places',
    received: showValue(text),
    hint: 'Show the paper exchange prices and sizes as the venue writes them.',
  });
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
