import type { Side } from '../../market/levels.ts';
import { ONE } from '../../money/fixed-point.ts';
import type { SignalMarket } from '../market/signal-market.ts';
import type { EntryLeg } from './entry-plan.ts';

/** Goes through the levels of one leg, best first, in units of the trade. A level too thin for any is passed over. */
export class LegWalk {
  readonly perUnit: bigint;
  price = 0n;
  /** Units that are left of the level. */
  left = 0n;
  readonly #market: SignalMarket;
  readonly #slot: number;
  readonly #side: Side;
  #level = 0;

  constructor(market: SignalMarket, { slot, perUnit }: EntryLeg, side: Side) {
    this.#market = market;
    this.#slot = slot;
    this.#side = side;
    this.perUnit = perUnit;
    this.#settle();
  }

  isEmpty(): boolean {
    return this.left === 0n;
  }

  take(units: bigint): void {
    this.left -= units;
    if (this.left > 0n) return;
    this.#level += 1;
    this.#settle();
  }

  #settle(): void {
    const [market, slot, side] = [this.#market, this.#slot, this.#side];
    for (; this.#level < market.depth(slot, side); this.#level += 1) {
      this.price = market.price(slot, side, this.#level);
      const base = market.baseOf(slot, market.size(slot, side, this.#level), { price: this.price, isUp: false });
      this.left = (base * ONE) / this.perUnit;
      if (this.left > 0n) return;
    }
  }
}
