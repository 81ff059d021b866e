/** An order that rests in a book. Its links are those of the queue of its price level. */
export interface RestingOrder {
  readonly id: string;
  readonly side: 'BUY' | 'SELL';
  readonly priceTicks: number;
  /** What of it still rests; greater than zero while it is in the book. */
  lots: number;
  ahead: RestingOrder | undefined;
  behind: RestingOrder | undefined;
}

/** All orders of one side at one price, first come first served. */
export interface PriceLevel {
  readonly priceTicks: number;
  lots: number;
  first: RestingOrder | undefined;
  last: RestingOrder | undefined;
}

/**
 * One side of an order book: price levels in order, each with a queue of orders.
 *
 * Workload: some hundred levels, nearly all changes within the best ten. So the levels are a sorted array with the best at its
 * end, where inserting and removing moves few entries; the queue of a level is a linked list, so that a cancel costs O(1).
 */
export class PriceLadder {
  readonly side: 'BUY' | 'SELL';
  /** Worst first, best last. */
  readonly #levels: PriceLevel[] = [];
  /** 1 when higher prices are better, -1 when lower ones are. */
  readonly #sign: 1 | -1;

  constructor(side: 'BUY' | 'SELL') {
    this.side = side;
    this.#sign = side === 'BUY' ? 1 : -1;
  }

  get best(): PriceLevel | undefined {
    return this.#levels.at(-1);
  }

  get levelCount(): number {
    return this.#levels.length;
  }

  /** The levels, best first. */
  *levels(): IterableIterator<PriceLevel> {
    for (let i = this.#levels.length - 1; i >= 0; i -= 1) {
      const level = this.#levels[i];
      if (level !== undefined) yield level;
    }
  }

  /** How many lots rest at a price; 0 where nobody is. */
  lotsAt(priceTicks: number): number {
    const level = this.#levels[this.#position(priceTicks)];
    return level?.priceTicks === priceTicks ? level.lots : 0;
  }

  /** Puts an order at the end of the queue of its price. */
  append(order: RestingOrder): void {
    const position = this.#position(order.priceTicks);
    let level = this.#levels[position];
    if (level?.priceTicks !== order.priceTicks) {
      level = { priceTicks: order.priceTicks, lots: 0, first: undefined, last: undefined };
      this.#levels.splice(position, 0, level);
    }
    order.ahead = level.last;
    if (level.last === undefined) level.first = order;
    else level.last.behind = order;
    level.last = order;
    level.lots += order.lots;
  }

  /** Takes lots off an order of this ladder; an order without lots leaves its queue, a level without orders the ladder. */
  reduce(order: RestingOrder, lots: number): void {
    const position = this.#position(order.priceTicks);
    const level = this.#levels[position];
    if (level?.priceTicks !== order.priceTicks || lots > order.lots) {
      throw new RangeError(
        `Expected order ${order.id} to rest at ${order.priceTicks} with ${lots} lots or more; it has ${order.lots}.`,
      );
    }
    order.lots -= lots;
    level.lots -= lots;
    if (order.lots > 0) return;
    if (order.ahead === undefined) level.first = order.behind;
    else order.ahead.behind = order.behind;
    if (order.behind === undefined) level.last = order.ahead;
    else order.behind.ahead = order.ahead;
    order.ahead = undefined;
    order.behind = undefined;
    if (level.first === undefined) this.#levels.splice(position, 1);
  }

  /** The index of the level with this price, or where it would have to be inserted. */
  #position(priceTicks: number): number {
    const levels = this.#levels;
    const wanted = priceTicks * this.#sign;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const level = levels[middle];
      if (level !== undefined && level.priceTicks * this.#sign < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
