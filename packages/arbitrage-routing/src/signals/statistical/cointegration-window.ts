import { floorDivide } from '../../money/fixed-point.ts';
import { determinantOf } from './determinant.ts';
import { floorRoot } from './exact-root.ts';
import { MomentSums } from './moment-sums.ts';

/** What makes a window. */
export interface CointegrationWindowOptions {
  /** Samples that an estimate is made of, 10 to 100,000. */
  readonly size: number;
  /** Lagged differences in the augmented Dickey-Fuller test, 0 to 4. */
  readonly lags: number;
}

/** What the samples of a full window say. Exact: integers, and ratios of them. */
export interface Cointegration {
  /**
   * The residual of any pair of values is `scaleY * y + scaleX * x + constant`, in units of `scaleY` of y: `scaleY` is above zero, and the
   * slope of y on x is `-scaleX / scaleY`.
   */
  readonly scaleY: bigint;
  readonly scaleX: bigint;
  readonly constant: bigint;
  /** The sum of the squared residuals of the window, and how many there are. */
  readonly squares: bigint;
  readonly samples: number;
  /** The statistic of the augmented Dickey-Fuller test, in millionths, towards zero. */
  readonly statisticMillionths: bigint;
  /** How much of a deviation is gone one sample later, in parts of 1e12, floored: 0 for none, above 1e12 for more than all of it. */
  readonly reversion: bigint;
}

/**
 * Whether two series have a common course, over the last so many samples: Engle and Granger's two steps ("Co-Integration and Error Correction",
 * Econometrica 55, 1987). The one is regressed on the other with a constant, and the residuals are tested for a unit root by the regression
 * of Dickey and Fuller (Journal of the American Statistical Association 74, 1979), with lagged differences and without a constant.
 *
 * Values are integers, and everything is computed from exact sums of their products, which a sample is added to and taken from: about 30
 * multiplications of big integers with one lag, and no rounding that could build up. An estimate solves a system of `lags + 1` equations.
 */
export class CointegrationWindow {
  readonly #size: number;
  readonly #lags: number;
  readonly #x: bigint[] = [];
  readonly #y: bigint[] = [];
  /** Of the samples themselves: x, y, 1. */
  readonly #levels = new MomentSums(3);
  /** Of the rows of the test: x and y now and `lags + 1` samples back, and 1. */
  readonly #rows: MomentSums;

  constructor({ size, lags }: CointegrationWindowOptions) {
    this.#size = size;
    this.#lags = lags;
    this.#rows = new MomentSums(2 * (lags + 2) + 1);
  }

  get isFull(): boolean {
    return this.#x.length === this.#size;
  }

  push(x: bigint, y: bigint): void {
    if (this.isFull) {
      this.#levels.subtract([this.#x[0] as bigint, this.#y[0] as bigint, 1n]);
      this.#rows.subtract(this.#row(this.#lags + 1));
      this.#x.shift();
      this.#y.shift();
    }
    this.#x.push(x);
    this.#y.push(y);
    this.#levels.add([x, y, 1n]);
    if (this.#x.length > this.#lags + 1) this.#rows.add(this.#row(this.#x.length - 1));
  }

  clear(): void {
    this.#x.length = 0;
    this.#y.length = 0;
    this.#levels.clear();
    this.#rows.clear();
  }

  /** The estimate; undefined while the window is not full, for a series that stands still, and for a fit without any residual. */
  estimate(): Cointegration | undefined {
    const n = BigInt(this.#x.length);
    const levels = this.#levels;
    const [sumX, sumY] = [levels.get(0, 2), levels.get(1, 2)];
    const spreadX = n * levels.get(0, 0) - sumX * sumX;
    if (!this.isFull || spreadX === 0n) return undefined;
    const together = n * levels.get(0, 1) - sumX * sumY;
    const scaled = [n * spreadX, -n * together, together * sumX - sumY * spreadX] as const;
    const divisor = scaled.reduce(commonDivisor);
    const [scaleY, scaleX, constant] = [scaled[0] / divisor, scaled[1] / divisor, scaled[2] / divisor];
    const test = this.#test({ scaleY, scaleX, constant });
    if (test === undefined) return undefined;
    const squares = levels.form([scaleX, scaleY, constant], [scaleX, scaleY, constant]);
    return { scaleY, scaleX, constant, squares, samples: this.#x.length, ...test };
  }

  /** The test on the residuals, whose products are sums of those of the samples. */
  #test(scales: { readonly scaleY: bigint; readonly scaleX: bigint; readonly constant: bigint }) {
    const lags = this.#lags;
    // Each as a combination of a row's members: the change to explain, the residual before it, and earlier changes.
    const residuals = Array.from({ length: lags + 2 }, (_, back) => this.#residual(scales, back));
    const change = difference(residuals[0] as Combination, residuals[1] as Combination);
    const regressors = [residuals[1] as Combination];
    for (let back = 1; back <= lags; back += 1) {
      regressors.push(difference(residuals[back] as Combination, residuals[back + 1] as Combination));
    }
    const rows = this.#rows;
    const products = regressors.map((left) => regressors.map((right) => rows.form(left, right)));
    const targets = regressors.map((regressor) => rows.form(regressor, change));
    const bordered = [
      ...products.map((row, i) => [...row, targets[i] as bigint]),
      [...targets, rows.form(change, change)],
    ];
    const unexplained = determinantOf(bordered);
    const replaced = determinantOf(products.map((row, i) => [targets[i] as bigint, ...row.slice(1)]));
    const rest = determinantOf(products.slice(1).map((row) => row.slice(1)));
    if (unexplained <= 0n || rest <= 0n) return undefined;
    // By Cramer's rule: the coefficient, its variance and the unexplained squares are ratios of these, and their divisors cancel.
    const freedom = BigInt(this.#x.length - 2 * (lags + 1));
    const squared = (replaced * replaced * freedom * 10n ** 12n) / (unexplained * rest);
    const statistic = floorRoot(squared);
    const before = (products[0] as readonly bigint[])[0] as bigint;
    const gone = -(targets[0] as bigint) * 10n ** 12n;
    return {
      statisticMillionths: replaced < 0n ? -statistic : statistic,
      reversion: floorDivide(gone, before),
    };
  }

  #residual(
    { scaleY, scaleX, constant }: { readonly scaleY: bigint; readonly scaleX: bigint; readonly constant: bigint },
    back: number,
  ): Combination {
    const combination = new Array<bigint>(2 * (this.#lags + 2) + 1).fill(0n);
    combination[back] = scaleX;
    combination[this.#lags + 2 + back] = scaleY;
    combination[combination.length - 1] = constant;
    return combination;
  }

  /** The members of the row that ends with a sample. */
  #row(last: number): readonly bigint[] {
    const row: bigint[] = [];
    for (const series of [this.#x, this.#y]) {
      for (let back = 0; back <= this.#lags + 1; back += 1) row.push(series[last - back] as bigint);
    }
    row.push(1n);
    return row;
  }
}

type Combination = readonly bigint[];

function difference(left: Combination, right: Combination): Combination {
  return left.map((value, index) => value - (right[index] as bigint));
}

function commonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
