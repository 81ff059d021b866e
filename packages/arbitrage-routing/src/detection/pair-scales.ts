import { ONE, PLACES, greatestCommonDivisor, leastCommonMultiple } from '../money/fixed-point.ts';
import type { InstrumentTerms } from '../market/instrument-table.ts';
import type { PairLimits } from './pair-decision.ts';

/** In which units two instruments are compared by floats that are exact integers: prices of `10 ** -pricePlaces`, sizes of `10 ** -sizePlaces`. */
export interface PairScale {
  readonly pricePlaces: number;
  readonly sizePlaces: number;
  /** Units of a tick and of a lot of either instrument. */
  readonly buyTick: number;
  readonly sellTick: number;
  readonly buyLot: number;
  readonly sellLot: number;
  /** The quantity is a multiple of it. */
  readonly commonLot: number;
  readonly minQuantity: number;
  /** In units of a price times a size. */
  readonly minBuyNotional: number;
  readonly minSellNotional: number;
  /** In units of a millionth of a price times a size. */
  readonly minProfit: number;
  /** `1e6 + fee` of the one and `1e6 - fee` of the other. */
  readonly buyFactor: number;
  readonly sellFactor: number;
  readonly minEdgePpm: number;
  /** The two factors without their common divisor, for the ratio of the two prices: fees of whole basis points leave a hundred times the room. */
  readonly buyRatio: number;
  readonly sellRatio: number;
}

/** The scales of pairs, made when a pair is compared first. Workload: a look-up for every exact decision. */
export class PairScales {
  readonly #limits: PairLimits;
  readonly #ofBuy: (Map<number, PairScale | undefined> | undefined)[] = [];

  constructor(limits: PairLimits) {
    this.#limits = limits;
  }

  /** Undefined where the steps of the two are too fine for floats. */
  of(buy: InstrumentTerms, sell: InstrumentTerms): PairScale | undefined {
    const known = this.#ofBuy[buy.slot] ?? new Map<number, PairScale | undefined>();
    this.#ofBuy[buy.slot] = known;
    if (!known.has(sell.slot)) known.set(sell.slot, scaleOf(buy, sell, this.#limits));
    return known.get(sell.slot);
  }
}

function scaleOf(buy: InstrumentTerms, sell: InstrumentTerms, limits: PairLimits): PairScale | undefined {
  const pricePlaces = Math.max(placesOf(buy.tick), placesOf(sell.tick));
  const sizePlaces = Math.max(placesOf(buy.lot), placesOf(sell.lot));
  const priceUnit = 10n ** BigInt(PLACES - pricePlaces);
  const sizeUnit = 10n ** BigInt(PLACES - sizePlaces);
  const notionalUnit = priceUnit * sizeUnit;
  const divisor = greatestCommonDivisor(buy.buyFactor, sell.sellFactor);
  const scale: PairScale = {
    pricePlaces,
    sizePlaces,
    buyTick: Number(buy.tick / priceUnit),
    sellTick: Number(sell.tick / priceUnit),
    buyLot: Number(buy.lot / sizeUnit),
    sellLot: Number(sell.lot / sizeUnit),
    commonLot: Number(leastCommonMultiple(buy.lot, sell.lot) / sizeUnit),
    minQuantity: Number(ceilDivide(buy.minQuantity > sell.minQuantity ? buy.minQuantity : sell.minQuantity, sizeUnit)),
    minBuyNotional: Number(ceilDivide(buy.minNotional * ONE, notionalUnit)),
    minSellNotional: Number(ceilDivide(sell.minNotional * ONE, notionalUnit)),
    minProfit: Number(ceilDivide(limits.minProfit, notionalUnit)),
    buyFactor: Number(buy.buyFactor),
    sellFactor: Number(sell.sellFactor),
    minEdgePpm: Number(limits.minEdgePpm),
    buyRatio: Number(buy.buyFactor / divisor),
    sellRatio: Number(sell.sellFactor / divisor),
  };
  return Object.values(scale).every((value) => Number.isSafeInteger(value)) ? scale : undefined;
}

/** Decimal places that a step needs. */
function placesOf(step: bigint): number {
  let places = PLACES;
  for (let rest = step; places > 0 && rest % 10n === 0n; rest /= 10n) places -= 1;
  return places;
}

/** What is a whole number of units is at least a bound exactly when it is at least the bound rounded up. */
function ceilDivide(value: bigint, unit: bigint): bigint {
  return (value + unit - 1n) / unit;
}
