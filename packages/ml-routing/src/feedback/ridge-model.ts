/**
 * Sums from which a linear model of the reward can be fitted, and from which a part of the data can be taken away again.
 *
 * The normal equations of ridge regression: features standardized by the caller, and a constant. A handful of features, some ten thousand choices, fitted a few
 * dozen times per estimate: the sums dominate, the solution of the equations does not.
 */
export class RidgeSums {
  readonly size: number;
  count = 0;
  /** Row by row, its lower half; the constant comes first. */
  readonly squares: Float64Array<ArrayBuffer>;
  readonly products: Float64Array<ArrayBuffer>;

  /** @param size - Features and the constant. */
  constructor(size: number) {
    this.size = size;
    this.squares = new Float64Array(size * size);
    this.products = new Float64Array(size);
  }

  /** @param row - Features with the constant 1 before them, from `from` on. */
  add(row: Float64Array, from: number, reward: number): void {
    const { size, squares, products } = this;
    this.count += 1;
    for (let i = 0; i < size; i += 1) {
      const feature = row[from + i] as number;
      products[i] = (products[i] as number) + feature * reward;
      for (let j = 0; j <= i; j += 1) {
        squares[i * size + j] = (squares[i * size + j] as number) + feature * (row[from + j] as number);
      }
    }
  }

  /** Adds other sums, or takes them away. */
  include(other: RidgeSums, sign: 1 | -1): void {
    this.count += sign * other.count;
    for (let at = 0; at < this.squares.length; at += 1) {
      this.squares[at] = (this.squares[at] as number) + sign * (other.squares[at] as number);
    }
    for (let at = 0; at < this.size; at += 1) {
      this.products[at] = (this.products[at] as number) + sign * (other.products[at] as number);
    }
  }
}

/**
 * The coefficients that minimize squared error plus `penalty` times their squares; the constant is not penalized.
 *
 * @param fallback - The constant where there are no data.
 * @param into - `sums.size` numbers.
 */
export function fitRidge(
  sums: RidgeSums,
  { penalty, fallback, into }: { readonly penalty: number; readonly fallback: number; readonly into: Float64Array },
): void {
  const { size, count } = sums;
  into.fill(0);
  into[0] = fallback;
  if (count === 0) return;
  const factor = sums.squares.slice();
  for (let i = 0; i < size; i += 1) factor[i * size + i] = (factor[i * size + i] as number) + (i === 0 ? 0 : penalty);
  if (!cholesky(factor, size)) {
    into[0] = (sums.products[0] as number) / count;
    return;
  }
  solve(factor, sums.products, into);
}

/** Puts the lower factor in place of the matrix. False where the matrix is not positive definite. */
function cholesky(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (matrix[i * size + k] as number) * (matrix[j * size + k] as number);
      if (i === j && !(sum > SINGULAR)) return false;
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / (matrix[j * size + j] as number);
    }
  }
  return true;
}

/** Forwards, then backwards. */
function solve(factor: Float64Array, right: Float64Array, into: Float64Array): void {
  const size = right.length;
  for (let i = 0; i < size; i += 1) {
    let sum = right[i] as number;
    for (let k = 0; k < i; k += 1) sum -= (factor[i * size + k] as number) * (into[k] as number);
    into[i] = sum / (factor[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = into[i] as number;
    for (let k = i + 1; k < size; k += 1) sum -= (factor[k * size + i] as number) * (into[k] as number);
    into[i] = sum / (factor[i * size + i] as number);
  }
}

const SINGULAR = 1e-9;
