import { MILLION, PLACES, QUANTITY_STEP, floorDivide, leastCommonMultiple } from '../money/fixed-point.ts';
import type { InstrumentTerms } from '../market/instrument-table.ts';
import { ASK, BID, type LevelSource, type Side } from '../market/levels.ts';

/** Bounds of a spread, exact: a price or quantity in 1e-18, a notional in 1e-36, a profit in 1e-42. */
export interface PairLimits {
  readonly minEdgePpm: bigint;
  readonly minProfit: bigint;
  /** Undefined: as much as the books carry. */
  readonly maxNotional: bigint | undefined;
}

/**
 * Decides exactly what a spread is worth: walks both books while another unit pays, rounds to both lots, and works out what the rounded
 * quantity costs and brings. Integers throughout.
 *
 * The object is reused: its members hold the last decision for which `decide` returned true.
 */
export class PairDecision {
  quantity = 0n;
  buyNotional = 0n;
  sellNotional = 0n;
  buyLimit = 0n;
  sellLimit = 0n;
  profit = 0n;
  edgePpm = 0n;
  readonly #levels: LevelSource;
  readonly #limits: PairLimits;
  #notional = 0n;
  #limit = 0n;

  constructor(levels: LevelSource, limits: PairLimits) {
    this.#levels = levels;
    this.#limits = limits;
  }

  /** Whether buying the one and selling the other is an opportunity. Costs about a microsecond a level. */
  decide(buy: InstrumentTerms, sell: InstrumentTerms): boolean {
    const total = this.#walk(buy, sell);
    const quantity = total - (total % leastCommonMultiple(buy.lot, sell.lot));
    if (quantity === 0n || quantity < buy.minQuantity || quantity < sell.minQuantity) return false;
    this.#sweep(buy.slot, ASK, quantity);
    this.buyNotional = this.#notional;
    this.buyLimit = this.#limit;
    this.#sweep(sell.slot, BID, quantity);
    this.sellNotional = this.#notional;
    this.sellLimit = this.#limit;
    if (this.buyNotional < buy.minNotional * UNIT || this.sellNotional < sell.minNotional * UNIT) return false;
    const profit = this.sellNotional * sell.sellFactor - this.buyNotional * buy.buyFactor;
    if (profit <= 0n || profit < this.#limits.minProfit) return false;
    this.quantity = quantity;
    this.profit = profit;
    const cost = this.#levels.price(buy.slot, ASK, 0) * buy.buyFactor;
    const gain = this.#levels.price(sell.slot, BID, 0) * sell.sellFactor - cost;
    this.edgePpm = floorDivide(gain * MILLION, cost);
    return true;
  }

  /** How much pays, level by level, before rounding. */
  #walk(buy: InstrumentTerms, sell: InstrumentTerms): bigint {
    const levels = this.#levels;
    const { minEdgePpm, maxNotional } = this.#limits;
    const sellFactor = sell.sellFactor * MILLION;
    const buyFactor = buy.buyFactor * (MILLION + minEdgePpm);
    let [a, b] = [0, 0];
    let [askLeft, bidLeft] = [0n, 0n];
    let [total, spent] = [0n, 0n];
    for (;;) {
      if (askLeft === 0n) askLeft = a < levels.depth(buy.slot, ASK) ? levels.size(buy.slot, ASK, a) : 0n;
      if (bidLeft === 0n) bidLeft = b < levels.depth(sell.slot, BID) ? levels.size(sell.slot, BID, b) : 0n;
      if (askLeft === 0n || bidLeft === 0n) return total;
      const ask = levels.price(buy.slot, ASK, a);
      if (levels.price(sell.slot, BID, b) * sellFactor <= ask * buyFactor) return total;
      const take = askLeft < bidLeft ? askLeft : bidLeft;
      if (maxNotional !== undefined && spent + ask * take > maxNotional) {
        const rest = (maxNotional - spent) / ask;
        return total + rest - (rest % QUANTITY_STEP);
      }
      total += take;
      spent += ask * take;
      askLeft -= take;
      bidLeft -= take;
      if (askLeft === 0n) a += 1;
      if (bidLeft === 0n) b += 1;
    }
  }

  /** What a quantity costs on one side, and the worst price that it needs. The walk has shown that it is there. */
  #sweep(slot: number, side: Side, quantity: bigint): void {
    let left = quantity;
    this.#notional = 0n;
    for (let level = 0; left > 0n; level += 1) {
      const size = this.#levels.size(slot, side, level);
      const take = size < left ? size : left;
      this.#limit = this.#levels.price(slot, side, level);
      this.#notional += this.#limit * take;
      left -= take;
    }
  }
}

const UNIT = 10n ** BigInt(PLACES);
