import { PLACES, formatFixed } from '../money/fixed-point.ts';
import type { PairDecision } from './pair-decision.ts';
import type { PairFigures } from './transition.ts';

/** A decision in integers of any length that is kept while its opportunity lives. */
export class LargeRecord {
  #quantity = 0n;
  #buyNotional = 0n;
  #sellNotional = 0n;
  #buyLimit = 0n;
  #sellLimit = 0n;
  #profit = 0n;
  #edgePpm = 0n;

  /** Takes over a decision; returns whether a figure differs from what was kept. */
  take(decision: PairDecision): boolean {
    const isSame =
      this.#quantity === decision.quantity &&
      this.#profit === decision.profit &&
      this.#buyNotional === decision.buyNotional &&
      this.#sellNotional === decision.sellNotional &&
      this.#buyLimit === decision.buyLimit &&
      this.#sellLimit === decision.sellLimit &&
      this.#edgePpm === decision.edgePpm;
    if (isSame) return false;
    this.#quantity = decision.quantity;
    this.#buyNotional = decision.buyNotional;
    this.#sellNotional = decision.sellNotional;
    this.#buyLimit = decision.buyLimit;
    this.#sellLimit = decision.sellLimit;
    this.#profit = decision.profit;
    this.#edgePpm = decision.edgePpm;
    return true;
  }

  figures(): PairFigures {
    return {
      qty: formatFixed(this.#quantity, PLACES),
      buyNotional: formatFixed(this.#buyNotional, NOTIONAL_PLACES),
      sellNotional: formatFixed(this.#sellNotional, NOTIONAL_PLACES),
      buyLimit: formatFixed(this.#buyLimit, PLACES),
      sellLimit: formatFixed(this.#sellLimit, PLACES),
      profit: formatFixed(this.#profit, PROFIT_PLACES),
      edgePpm: this.#edgePpm.toString(),
    };
  }
}

/** Places of a product of price and quantity, and of that with a fee. */
const NOTIONAL_PLACES: number = 2 * PLACES;
const PROFIT_PLACES: number = 2 * PLACES + 6;
