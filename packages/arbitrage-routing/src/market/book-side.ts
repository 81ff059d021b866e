/**
 * One side of a book: exact prices and sizes, in units of 1e-18.
 *
 * Workload: tens of changes an event among up to thousands of levels, nearly all of them near the best. Levels are kept worst first, so
 * that a change near the best moves few of them, and are found by binary search.
 */
export class BookSide {
  /** 1 where higher prices are better, -1 where lower ones are. */
  readonly #better: 1 | -1;
  readonly #prices: bigint[] = [];
  readonly #sizes: bigint[] = [];

  constructor(better: 1 | -1) {
    this.#better = better;
  }

  get depth(): number {
    return this.#prices.length;
  }

  /** The price of a level, 0 being the best. */
  price(level: number): bigint {
    return this.#prices[this.#prices.length - 1 - level] as bigint;
  }

  size(level: number): bigint {
    return this.#sizes[this.#sizes.length - 1 - level] as bigint;
  }

  /** Sets the size of a level, which is made or deleted as needed; 0 deletes. */
  set(price: bigint, size: bigint): void {
    const at = this.#find(price);
    if (this.#prices[at] === price) {
      if (size > 0n) {
        this.#sizes[at] = size;
      } else {
        this.#prices.splice(at, 1);
        this.#sizes.splice(at, 1);
      }
    } else if (size > 0n) {
      this.#prices.splice(at, 0, price);
      this.#sizes.splice(at, 0, size);
    }
  }

  clear(): void {
    this.#prices.length = 0;
    this.#sizes.length = 0;
  }

  /** Where the price is, or would be. */
  #find(price: bigint): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const isWorse =
        this.#better === 1 ? (this.#prices[middle] as bigint) < price : (this.#prices[middle] as bigint) > price;
      if (isWorse) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
