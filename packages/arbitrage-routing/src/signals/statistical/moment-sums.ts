/** Sums of all products of the members of vectors of integers. Exact: taking a vector away leaves what adding it never happened would. */
export class MomentSums {
  readonly #size: number;
  /** The upper triangle, row after row. */
  readonly #sums: bigint[];

  constructor(size: number) {
    this.#size = size;
    this.#sums = new Array<bigint>((size * (size + 1)) / 2).fill(0n);
  }

  add(vector: readonly bigint[]): void {
    let at = 0;
    for (let i = 0; i < this.#size; i += 1) {
      for (let j = i; j < this.#size; j += 1) {
        this.#sums[at] = (this.#sums[at] as bigint) + (vector[i] as bigint) * (vector[j] as bigint);
        at += 1;
      }
    }
  }

  subtract(vector: readonly bigint[]): void {
    let at = 0;
    for (let i = 0; i < this.#size; i += 1) {
      for (let j = i; j < this.#size; j += 1) {
        this.#sums[at] = (this.#sums[at] as bigint) - (vector[i] as bigint) * (vector[j] as bigint);
        at += 1;
      }
    }
  }

  clear(): void {
    this.#sums.fill(0n);
  }

  /** The sum of the products of two members. */
  get(i: number, j: number): bigint {
    const [low, high] = i < j ? [i, j] : [j, i];
    return this.#sums[low * this.#size - (low * (low - 1)) / 2 + high - low] as bigint;
  }

  /** The sum of the products of two combinations of the members. */
  form(left: readonly bigint[], right: readonly bigint[]): bigint {
    let sum = 0n;
    for (const [i, a] of left.entries()) {
      if (a === 0n) continue;
      for (const [j, b] of right.entries()) if (b !== 0n) sum += a * b * this.get(i, j);
    }
    return sum;
  }
}
