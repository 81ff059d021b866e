import type { InstrumentTerms } from '../market/instrument-table.ts';
import { RECORD, RECORD_STRIDE } from '../market/slot-records.ts';
import { placePoint } from '../money/fixed-point.ts';
import type { PairLimits } from './pair-decision.ts';
import { PairScales, type PairScale } from './pair-scales.ts';
import type { PairFigures } from './transition.ts';

/** What `SmallDecision.decide` finds: an opportunity, none, or that a number would not be exact in a float. */
export const SMALL = { NO: 0, YES: 1, TOO_LARGE: 2 } as const;
export type Small = (typeof SMALL)[keyof typeof SMALL];

/**
 * Decides what a spread between two best levels is worth, in floats that are integers below 2^53 at every step, so that each is exact.
 *
 * That is enough for most markets, and ten times as fast as integers of any length; a spread with any larger number is left to `PairDecision`. The
 * members hold the last decision that was a `YES`, in the units of its `scale`.
 */
export class SmallDecision {
  quantity = 0;
  buyNotional = 0;
  sellNotional = 0;
  buyLimit = 0;
  sellLimit = 0;
  /** In units of a millionth of a price times a size. */
  profit = 0;
  edgePpm = 0;
  scale: PairScale | undefined = undefined;
  readonly #records: Float64Array;
  readonly #scales: PairScales;

  constructor(records: Float64Array, limits: PairLimits) {
    this.#records = records;
    this.#scales = new PairScales(limits);
  }

  decide(buy: InstrumentTerms, sell: InstrumentTerms): Small {
    const scale = this.#scales.of(buy, sell);
    if (scale === undefined) return SMALL.TOO_LARGE;
    const records = this.#records;
    const buyAt = buy.slot * RECORD_STRIDE;
    const sellAt = sell.slot * RECORD_STRIDE;
    const ask = (records[buyAt + RECORD.ASK_TICKS] as number) * scale.buyTick;
    const bid = (records[sellAt + RECORD.BID_TICKS] as number) * scale.sellTick;
    const askSize = (records[buyAt + RECORD.ASK_LOTS] as number) * scale.buyLot;
    const bidSize = (records[sellAt + RECORD.BID_LOTS] as number) * scale.sellLot;
    const cost = ask * scale.buyRatio;
    const income = bid * scale.sellRatio;
    // What is kept elsewhere is NaN here, and no comparison with it is true.
    if (!(cost < LIMIT && income < LIMIT && askSize < LIMIT && bidSize < LIMIT)) return SMALL.TOO_LARGE;
    const gain = income - cost;
    if (gain <= 0) return SMALL.NO;
    const gainPpm = gain * MILLION;
    const leastPpm = cost * scale.minEdgePpm;
    if (!(gainPpm < LIMIT && leastPpm < LIMIT)) return SMALL.TOO_LARGE;
    if (gainPpm <= leastPpm) return SMALL.NO;
    const most = askSize < bidSize ? askSize : bidSize;
    const quantity = most - (most % scale.commonLot);
    if (quantity === 0 || quantity < scale.minQuantity) return SMALL.NO;
    const found = this.#settle(scale, ask * quantity, bid * quantity);
    if (found !== SMALL.YES) return found;
    this.scale = scale;
    this.quantity = quantity;
    this.buyLimit = ask;
    this.sellLimit = bid;
    this.edgePpm = floorQuotient(gainPpm, cost);
    return SMALL.YES;
  }

  /** Whether what is bought and sold for so much is worth while. */
  #settle(scale: PairScale, buyNotional: number, sellNotional: number): Small {
    const { buyFactor, sellFactor } = scale;
    const fees = sellNotional * Math.abs(MILLION - sellFactor) + buyNotional * Math.abs(buyFactor - MILLION);
    const difference = (sellNotional - buyNotional) * MILLION;
    // A sum of two below the limit is below twice the limit, and fees may be negative: each is checked by its size alone.
    if (!(sellNotional < LIMIT && buyNotional < LIMIT && fees < LIMIT && Math.abs(difference) < LIMIT)) {
      return SMALL.TOO_LARGE;
    }
    if (buyNotional < scale.minBuyNotional || sellNotional < scale.minSellNotional) return SMALL.NO;
    const profit = difference - sellNotional * (MILLION - sellFactor) - buyNotional * (buyFactor - MILLION);
    if (profit <= 0 || profit < scale.minProfit) return SMALL.NO;
    this.buyNotional = buyNotional;
    this.sellNotional = sellNotional;
    this.profit = profit;
    return SMALL.YES;
  }
}

/** A small decision that is kept while its opportunity lives. */
export class SmallRecord {
  #scale: PairScale | undefined;
  #quantity = 0;
  #buyNotional = 0;
  #sellNotional = 0;
  #buyLimit = 0;
  #sellLimit = 0;
  #profit = 0;
  #edgePpm = 0;

  /** Takes over a decision; returns whether a figure differs from what was kept. Of one pair, so all in one scale. */
  take(decision: SmallDecision): boolean {
    const isSame =
      this.#quantity === decision.quantity &&
      this.#buyLimit === decision.buyLimit &&
      this.#sellLimit === decision.sellLimit;
    if (isSame) return false;
    this.#scale = decision.scale;
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
    const { pricePlaces = 0, sizePlaces = 0 } = this.#scale ?? {};
    const places = pricePlaces + sizePlaces;
    return {
      qty: placePoint(String(this.#quantity), sizePlaces),
      buyNotional: placePoint(String(this.#buyNotional), places),
      sellNotional: placePoint(String(this.#sellNotional), places),
      buyLimit: placePoint(String(this.#buyLimit), pricePlaces),
      sellLimit: placePoint(String(this.#sellLimit), pricePlaces),
      profit: placePoint(String(this.#profit), places + FEE_PLACES),
      edgePpm: String(this.#edgePpm),
    };
  }
}

/** The largest integer not above the quotient of two positive ones below the limit, which a rounded division may miss by one. */
function floorQuotient(numerator: number, denominator: number): number {
  let quotient = Math.floor(numerator / denominator);
  if (quotient * denominator > numerator) quotient -= 1;
  return quotient;
}

const MILLION = 1e6;
const FEE_PLACES = 6;
/** A sum or product that comes out below 2^52 in floats was exact, and so is the sum of two such. */
const LIMIT = 2 ** 52;
