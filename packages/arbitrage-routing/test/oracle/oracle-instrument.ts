import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedLevel } from '../../src/market/normalized-event.ts';
import { UNIT, exact } from './oracle-numbers.ts';

export interface Level {
  readonly price: bigint;
  readonly size: bigint;
}

/** The best price that is in the book: one of those that may be it, or, when the best is gone, of all. */
function bestOf(
  book: ReadonlyMap<bigint, bigint>,
  candidates: readonly (bigint | undefined)[],
  isBetter: (a: bigint, b: bigint) => boolean,
): bigint | undefined {
  const isGone = candidates[0] !== undefined && !book.has(candidates[0]);
  let best: bigint | undefined;
  for (const price of isGone ? book.keys() : candidates) {
    if (price !== undefined && book.has(price) && (best === undefined || isBetter(price, best))) best = price;
  }
  return best;
}

/** An instrument and its book, as an oracle keeps them. */
export class State {
  readonly row: InstrumentRow;
  readonly key: string;
  readonly feePpm: bigint;
  readonly contract: bigint;
  hasBook = false;
  #bids = new Map<bigint, bigint>();
  #asks = new Map<bigint, bigint>();
  #bestBid: bigint | undefined;
  #bestAsk: bigint | undefined;
  #receivedAt: bigint | undefined;

  constructor(row: InstrumentRow, options: DetectorOptions) {
    this.row = row;
    this.key = `${row.venue}:${row.symbol}`;
    const venueFees = options.fees?.[row.venue];
    const tier = venueFees?.tiers.filter(({ fromVolume }) => fromVolume <= (venueFees.volume ?? 0)).at(-1);
    this.feePpm = BigInt(row.takerFeePpm ?? tier?.takerFeePpm ?? Number.NaN);
    this.contract = row.contractValue === undefined || row.inverse === true ? UNIT : exact(row.contractValue);
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.hasBook = false;
    this.#receivedAt = undefined;
    this.#bestBid = undefined;
    this.#bestAsk = undefined;
  }

  replace(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[], at: bigint): void {
    this.clear();
    this.hasBook = true;
    this.change(bids, asks, at);
  }

  change(bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[], at: bigint): void {
    for (const [levels, changes] of [
      [this.#bids, bids],
      [this.#asks, asks],
    ] as const) {
      for (const [price, size] of changes) {
        if (exact(size) === 0n) levels.delete(exact(price));
        else levels.set(exact(price), (exact(size) * this.contract) / UNIT);
      }
    }
    this.#receivedAt = at;
    const prices = (changes: readonly NormalizedLevel[]) => changes.map(([price]) => exact(price));
    this.#bestBid = bestOf(this.#bids, [this.#bestBid, ...prices(bids)], (a, b) => a > b);
    this.#bestAsk = bestOf(this.#asks, [this.#bestAsk, ...prices(asks)], (a, b) => a < b);
  }

  isUsable(now: bigint, maxAge: bigint): boolean {
    if (this.#receivedAt === undefined || now - this.#receivedAt > maxAge) return false;
    if (this.#bestBid !== undefined && this.#bestAsk !== undefined) return this.#bestBid < this.#bestAsk;
    return this.#bestBid !== undefined || this.#bestAsk !== undefined;
  }

  get bestBid(): Level | undefined {
    return this.#bestBid === undefined
      ? undefined
      : { price: this.#bestBid, size: this.#bids.get(this.#bestBid) ?? 0n };
  }

  get bestAsk(): Level | undefined {
    return this.#bestAsk === undefined
      ? undefined
      : { price: this.#bestAsk, size: this.#asks.get(this.#bestAsk) ?? 0n };
  }

  /** The levels of a side that are wanted, best first. */
  levels(of: 'bids' | 'asks', isWanted: (price: bigint) => boolean): Level[] {
    const sorted: Level[] = [];
    for (const [price, size] of of === 'bids' ? this.#bids : this.#asks)
      if (isWanted(price)) sorted.push({ price, size });
    sorted.sort((a, b) => (a.price < b.price ? -1 : 1));
    return of === 'bids' ? sorted.toReversed() : sorted;
  }

  get lot(): bigint {
    if (this.row.lotSize !== undefined) return (exact(this.row.lotSize) * this.contract) / UNIT;
    return this.row.contractValue === undefined ? 1n : this.contract;
  }

  get minQuantity(): bigint {
    return (exact(this.row.minQty ?? '0') * this.contract) / UNIT;
  }

  get minNotional(): bigint {
    return exact(this.row.minNotional ?? '0');
  }
}
