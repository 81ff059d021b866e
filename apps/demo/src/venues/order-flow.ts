import type { Random } from '@tradewind/core-types';
import type { BookResult, OrderBook } from './order-book.ts';
import { exponential, gaussian, logNormalSize, uniformIndex } from './variates.ts';

/** What drives the orders of one market. Prices in ticks, sizes in lots. */
export interface OrderFlowOptions {
  readonly book: OrderBook;
  readonly random: Random;
  /** Half of the usual spread, as a fraction of the price. */
  readonly halfSpread: number;
  readonly medianLots: number;
}

/**
 * The public of one market: makers who place and withdraw limit orders around what they think it is worth, takers who trade for
 * reasons of their own, and traders who pick off prices that the news has left behind.
 *
 * The mixture is in the tradition of zero-intelligence models (E. Smith, J. D. Farmer, L. Gillemot, S. Krishnamurthy, "Statistical
 * theory of the continuous double auction", Quantitative Finance 3, 2003), with a shared fundamental to hold venues together.
 */
export class OrderFlow {
  readonly #options: OrderFlowOptions;
  /** Ids of the public's resting orders, in no order; those that have traded are removed when met. */
  readonly #resting: string[] = [];
  /** What this venue's public thinks beyond the fundamental, as a fraction: it wanders, and comes back. */
  #premium = 0;
  #nextId = 1;

  constructor(options: OrderFlowOptions) {
    this.#options = options;
  }

  /** Fills the empty book around a price, without a trade. */
  open(fairTicks: number): void {
    for (let i = 0; i < OPENING_ORDERS; i += 1) {
      this.#submitLimit(i % 2 === 0 ? 'BUY' : 'SELL', fairTicks, 0.4 + (DEPTH_SPREADS * 3 * i) / OPENING_ORDERS);
    }
  }

  /** Does one thing: an order or a cancel. */
  act(fundamentalTicks: number): BookResult {
    const { random, book } = this.#options;
    this.#premium = this.#premium * PREMIUM_MEMORY + PREMIUM_STEP * gaussian(random);
    const fair = fundamentalTicks * (1 + this.#premium);
    const pickOff = this.#pickOff(fair);
    if (pickOff !== undefined) return pickOff;
    const crowding = Math.min(1.6, book.orderCount / TARGET_ORDERS);
    const choice = random.next();
    if (choice < CANCEL_SHARE * crowding) return this.#cancelOne(fair);
    const side = random.next() < 0.5 ? 'BUY' : 'SELL';
    if (choice > 1 - TAKER_SHARE) return this.#take(side, undefined);
    return this.#submitLimit(side, fair, DEPTH_SPREADS * exponential(random));
  }

  /** Trades against a quote that is better than fair, sometimes: arbitrageurs do not see everything. */
  #pickOff(fair: number): BookResult | undefined {
    const { book, random, halfSpread } = this.#options;
    const margin = fair * halfSpread;
    const { bestBid, bestAsk } = book;
    if (bestAsk !== undefined && bestAsk.priceTicks < fair - margin && random.next() < PICK_OFF_CHANCE) {
      return this.#take('BUY', Math.floor(fair - margin / 2));
    }
    if (bestBid !== undefined && bestBid.priceTicks > fair + margin && random.next() < PICK_OFF_CHANCE) {
      return this.#take('SELL', Math.ceil(fair + margin / 2));
    }
    return undefined;
  }

  #take(side: 'BUY' | 'SELL', limitTicks: number | undefined): BookResult {
    const { book, random, medianLots } = this.#options;
    const limit = limitTicks === undefined ? undefined : Math.max(1, limitTicks);
    return book.submit({
      id: this.#newId(),
      side,
      lots: logNormalSize(random, medianLots, SIZE_SPREAD),
      limitTicks: limit,
      immediateOrCancel: true,
    });
  }

  /** Places an order beyond the usual spread, by so many half spreads. It may trade at once where the other side is out of date. */
  #submitLimit(side: 'BUY' | 'SELL', fair: number, halfSpreads: number): BookResult {
    const { book, random, halfSpread, medianLots } = this.#options;
    const distance = fair * halfSpread * (0.7 + halfSpreads);
    const limitTicks = Math.max(1, side === 'BUY' ? Math.floor(fair - distance) : Math.ceil(fair + distance));
    const id = this.#newId();
    const result = book.submit({ id, side, limitTicks, lots: logNormalSize(random, medianLots, SIZE_SPREAD) });
    if (result.restingLots > 0) this.#resting.push(id);
    return result;
  }

  /** Withdraws the most misplaced of a few orders: on the wrong side of fair first, then the farthest away. */
  #cancelOne(fair: number): BookResult {
    const { book, random } = this.#options;
    let worstIndex = -1;
    let worstMisplacement = Number.NEGATIVE_INFINITY;
    for (let tries = 0; tries < CANCEL_CANDIDATES && this.#resting.length > 0; tries += 1) {
      const index = uniformIndex(random, this.#resting.length);
      const order = book.order(this.#resting[index] ?? '');
      if (order === undefined) {
        this.#forget(index);
        worstIndex = -1;
        worstMisplacement = Number.NEGATIVE_INFINITY;
        continue;
      }
      const inward = order.side === 'BUY' ? order.priceTicks - fair : fair - order.priceTicks;
      const misplacement = inward > 0 ? inward * WRONG_SIDE_WEIGHT : -inward;
      if (misplacement > worstMisplacement) {
        worstMisplacement = misplacement;
        worstIndex = index;
      }
    }
    const id = worstIndex < 0 ? undefined : this.#resting[worstIndex];
    if (id === undefined) return NOTHING;
    this.#forget(worstIndex);
    return book.cancel(id);
  }

  #forget(index: number): void {
    const last = this.#resting.pop();
    if (last !== undefined && index < this.#resting.length) this.#resting[index] = last;
  }

  #newId(): string {
    this.#nextId += 1;
    return `P${this.#nextId}`;
  }
}

const NOTHING: BookResult = { matches: [], changes: [], restingLots: 0, canceledLots: 0 };
const OPENING_ORDERS = 120;
const TARGET_ORDERS = 160;
const CANCEL_SHARE = 0.44;
const TAKER_SHARE = 0.05;
const PICK_OFF_CHANCE = 0.6;
const CANCEL_CANDIDATES = 4;
const WRONG_SIDE_WEIGHT = 50;
/** How far beyond the usual spread the average order is placed, in half spreads. */
const DEPTH_SPREADS = 2.5;
const SIZE_SPREAD = 0.9;
const PREMIUM_MEMORY = 0.995;
const PREMIUM_STEP = 0.000006;
