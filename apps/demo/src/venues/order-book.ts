import { PriceLadder, type PriceLevel, type RestingOrder } from './price-ladder.ts';

/** An order as it comes to the book. Prices in ticks, sizes in lots: safe integers, sizes greater than zero. */
export interface IncomingOrder {
  /** Unique among the orders that rest in the book. */
  readonly id: string;
  readonly side: 'BUY' | 'SELL';
  readonly lots: number;
  /** The worst price it takes. Absent: any price, and nothing of it rests (a market order). */
  readonly limitTicks?: number | undefined;
  /** Whether what does not trade at once is given up instead of resting (IOC). Market orders always are. */
  readonly immediateOrCancel?: boolean | undefined;
}

/** One match: the resting order's price, the smaller of both sizes. */
export interface Match {
  readonly priceTicks: number;
  readonly lots: number;
  readonly aggressorSide: 'BUY' | 'SELL';
  readonly makerId: string;
  readonly takerId: string;
}

/** A price level that changed, with what rests there now; 0 when it is gone. */
export interface LevelChange {
  readonly side: 'BUY' | 'SELL';
  readonly priceTicks: number;
  readonly lots: number;
}

/** What one order or cancel did to the book. */
export interface BookResult {
  /** In the order in which they happened: best price first, oldest order first. */
  readonly matches: readonly Match[];
  /** Each level once, in the order in which they were first touched. */
  readonly changes: readonly LevelChange[];
  readonly restingLots: number;
  /** What neither traded nor rests: the rest of an immediate order, or what a cancel took back. */
  readonly canceledLots: number;
}

/**
 * A continuous double auction with price-time priority, as nearly every exchange runs it.
 *
 * Invariants, each a property test: the best bid is below the best ask after every call; the lots of a level are the sum of its
 * orders; what was submitted is resting, matched or cancelled, to the lot. A match is at the price of the resting order.
 *
 * Source of the rules: L. Harris, "Trading and Exchanges" (2003), chapter 6, continuous order-driven markets.
 */
export class OrderBook {
  readonly #bids = new PriceLadder('BUY');
  readonly #asks = new PriceLadder('SELL');
  readonly #orders = new Map<string, RestingOrder>();

  get bestBid(): PriceLevel | undefined {
    return this.#bids.best;
  }

  get bestAsk(): PriceLevel | undefined {
    return this.#asks.best;
  }

  get orderCount(): number {
    return this.#orders.size;
  }

  /** The levels of a side, best first. Not to be changed. */
  levels(side: 'BUY' | 'SELL'): IterableIterator<PriceLevel> {
    return this.#ladder(side).levels();
  }

  order(id: string): Readonly<RestingOrder> | undefined {
    return this.#orders.get(id);
  }

  /**
   * Matches an order against the other side; what is left rests at its limit unless it is immediate.
   *
   * @throws RangeError for a size or price that is no safe integer of 1 or more, and for an id that rests already.
   */
  submit(order: IncomingOrder): BookResult {
    checkCount('lots', order.lots);
    if (order.limitTicks !== undefined) checkCount('limitTicks', order.limitTicks);
    if (this.#orders.has(order.id)) throw new RangeError(`Expected a new order id; ${order.id} rests in the book.`);
    const matches: Match[] = [];
    const changes: LevelChange[] = [];
    let lots = order.lots;
    const other = this.#ladder(order.side === 'BUY' ? 'SELL' : 'BUY');
    for (
      let level = other.best;
      level !== undefined && lots > 0 && takes(order, level.priceTicks);
      level = other.best
    ) {
      lots = this.#matchLevel(order, level, lots, matches);
      changes.push({ side: other.side, priceTicks: level.priceTicks, lots: level.lots });
    }
    const rests = lots > 0 && order.limitTicks !== undefined && order.immediateOrCancel !== true;
    if (rests) changes.push(this.#rest(order, order.limitTicks ?? 0, lots));
    return { matches, changes, restingLots: rests ? lots : 0, canceledLots: rests ? 0 : lots };
  }

  /** Takes a resting order back. One that is not there (traded, or cancelled before) changes nothing. */
  cancel(id: string): BookResult {
    const order = this.#orders.get(id);
    if (order === undefined) return NOTHING_HAPPENED;
    const { side, priceTicks, lots } = order;
    const ladder = this.#ladder(side);
    ladder.reduce(order, lots);
    this.#orders.delete(id);
    return {
      matches: [],
      changes: [{ side, priceTicks, lots: ladder.lotsAt(priceTicks) }],
      restingLots: 0,
      canceledLots: lots,
    };
  }

  /** Matches against one level's queue and returns the lots that are left of the taker. */
  #matchLevel(taker: IncomingOrder, level: PriceLevel, takerLots: number, matches: Match[]): number {
    const ladder = this.#ladder(taker.side === 'BUY' ? 'SELL' : 'BUY');
    let left = takerLots;
    for (let maker = level.first; maker !== undefined && left > 0; maker = level.first) {
      const lots = Math.min(maker.lots, left);
      matches.push({
        priceTicks: level.priceTicks,
        lots,
        aggressorSide: taker.side,
        makerId: maker.id,
        takerId: taker.id,
      });
      ladder.reduce(maker, lots);
      if (maker.lots === 0) this.#orders.delete(maker.id);
      left -= lots;
    }
    return left;
  }

  #rest(order: IncomingOrder, priceTicks: number, lots: number): LevelChange {
    const resting: RestingOrder = {
      id: order.id,
      side: order.side,
      priceTicks,
      lots,
      ahead: undefined,
      behind: undefined,
    };
    const ladder = this.#ladder(order.side);
    ladder.append(resting);
    this.#orders.set(order.id, resting);
    return { side: order.side, priceTicks, lots: ladder.lotsAt(priceTicks) };
  }

  #ladder(side: 'BUY' | 'SELL'): PriceLadder {
    return side === 'BUY' ? this.#bids : this.#asks;
  }
}

function takes(order: IncomingOrder, priceTicks: number): boolean {
  if (order.limitTicks === undefined) return true;
  return order.side === 'BUY' ? priceTicks <= order.limitTicks : priceTicks >= order.limitTicks;
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`Expected ${name} to be an integer of 1 or more, received ${value}.`);
}

const NOTHING_HAPPENED: BookResult = { matches: [], changes: [], restingLots: 0, canceledLots: 0 };
