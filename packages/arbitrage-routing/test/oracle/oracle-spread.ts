import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { Level, State } from './oracle-instrument.ts';
import { PPM, STEP, UNIT, exact, floor, gcd, show } from './oracle-numbers.ts';

/** Figures of an opportunity, as decimal texts by name. */
export type Figures = Readonly<Record<string, string>>;

/** What buying the one and selling the other is worth; undefined: no opportunity. */
export function spread(buy: State, sell: State, options: DetectorOptions): Figures | undefined {
  const [ask, bid] = [buy.bestAsk, sell.bestBid];
  if (ask === undefined || bid === undefined) return undefined;
  const minEdge = BigInt(options.minEdgePpm ?? 0);
  const pays = (bidPrice: bigint, askPrice: bigint): boolean =>
    bidPrice * (PPM - sell.feePpm) * PPM > askPrice * (PPM + buy.feePpm) * (PPM + minEdge);
  if (!pays(bid.price, ask.price)) return undefined;
  const asks = buy.levels('asks', (price) => pays(bid.price, price));
  const bids = sell.levels('bids', (price) => pays(price, ask.price));
  const cap = options.maxNotional === undefined ? undefined : exact(options.maxNotional) * UNIT;
  let [total, cost] = [0n, 0n];
  const [askQueue, bidQueue] = [[...asks], [...bids]];
  for (;;) {
    const [asked, wanted] = [askQueue.shift(), bidQueue.shift()];
    if (asked === undefined || wanted === undefined || !pays(wanted.price, asked.price)) break;
    const take = asked.size < wanted.size ? asked.size : wanted.size;
    if (cap !== undefined && cost + asked.price * take > cap) {
      total += ((cap - cost) / asked.price / STEP) * STEP;
      break;
    }
    total += take;
    cost += asked.price * take;
    if (asked.size > take) askQueue.unshift({ price: asked.price, size: asked.size - take });
    if (wanted.size > take) bidQueue.unshift({ price: wanted.price, size: wanted.size - take });
  }
  const lot = (buy.lot * sell.lot) / gcd(buy.lot, sell.lot);
  const quantity = (total / lot) * lot;
  if (quantity <= 0n || quantity < buy.minQuantity || quantity < sell.minQuantity) return undefined;
  const [buyNotional, buyLimit] = fill(asks, quantity);
  const [sellNotional, sellLimit] = fill(bids, quantity);
  if (buyNotional < buy.minNotional * UNIT || sellNotional < sell.minNotional * UNIT) return undefined;
  const profit = sellNotional * (PPM - sell.feePpm) - buyNotional * (PPM + buy.feePpm);
  if (profit <= 0n || profit < exact(options.minProfit ?? '0') * UNIT * PPM) return undefined;
  const unitCost = ask.price * (PPM + buy.feePpm);
  return {
    qty: show(quantity, 18),
    buyNotional: show(buyNotional, 36),
    sellNotional: show(sellNotional, 36),
    buyLimit: show(buyLimit, 18),
    sellLimit: show(sellLimit, 18),
    profit: show(profit, 42),
    edgePpm: floor((bid.price * (PPM - sell.feePpm) - unitCost) * PPM, unitCost).toString(),
  };
}

function fill(levels: readonly Level[], quantity: bigint): [notional: bigint, limit: bigint] {
  let [left, notional, limit] = [quantity, 0n, 0n];
  for (const { price, size } of levels) {
    if (left === 0n) break;
    const take = size < left ? size : left;
    notional += take * price;
    left -= take;
    limit = price;
  }
  return [notional, limit];
}
