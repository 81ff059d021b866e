import {
  compareDecimals,
  type BookDeltas,
  type BookLevel,
  type BookSnapshot,
  type DecimalText,
} from '@tradewind/core-types';

/** One side: worst price first, best last, where nearly all changes are. */
interface Side {
  readonly prices: DecimalText[];
  readonly sizes: DecimalText[];
  /** 1 when higher prices are better, -1 when lower ones are. */
  readonly sign: 1 | -1;
}

/**
 * The price levels of one instrument, rebuilt from what a venue publishes: a snapshot, then deltas.
 *
 * Workload: up to a few thousand levels a side, one to ten changes an event, most of them near the top. Texts are compared as they
 * stand; nothing is converted and nothing is lost.
 */
export class LevelBook {
  readonly #bids: Side = { prices: [], sizes: [], sign: 1 };
  readonly #asks: Side = { prices: [], sizes: [], sign: -1 };

  get bestBid(): BookLevel | undefined {
    return bestOf(this.#bids);
  }

  get bestAsk(): BookLevel | undefined {
    return bestOf(this.#asks);
  }

  get levelCount(): number {
    return this.#bids.prices.length + this.#asks.prices.length;
  }

  /** Replaces everything. */
  replace(snapshot: BookSnapshot): void {
    fill(this.#bids, snapshot.bids);
    fill(this.#asks, snapshot.asks);
  }

  apply(event: BookDeltas): void {
    for (const { action, side: name, price, size } of event.deltas) {
      const side = name === 'BUY' ? this.#bids : this.#asks;
      if (action === 'CLEAR') fill(side, []);
      else set(side, price, action === 'DELETE' ? undefined : size);
    }
  }
}

function bestOf({ prices, sizes }: Side): BookLevel | undefined {
  const price = prices.at(-1);
  const size = sizes.at(-1);
  return price === undefined || size === undefined ? undefined : [price, size];
}

function fill(side: Side, bestFirst: readonly BookLevel[]): void {
  side.prices.length = 0;
  side.sizes.length = 0;
  for (let i = bestFirst.length - 1; i >= 0; i -= 1) {
    const level = bestFirst[i];
    if (level === undefined) continue;
    side.prices.push(level[0]);
    side.sizes.push(level[1]);
  }
}

/** Sets the size at a price; undefined takes the level away, and one that is not there is no error: venues repeat deletes. */
function set(side: Side, price: DecimalText, size: DecimalText | undefined): void {
  const { prices, sizes, sign } = side;
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareDecimals(prices[middle] ?? price, price) * sign < 0) low = middle + 1;
    else high = middle;
  }
  const exists = prices[low] === price;
  if (size === undefined) {
    if (!exists) return;
    prices.splice(low, 1);
    sizes.splice(low, 1);
  } else if (exists) {
    sizes[low] = size;
  } else {
    prices.splice(low, 0, price);
    sizes.splice(low, 0, size);
  }
}
