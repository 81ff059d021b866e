import { isAbove, minus, over, plus, ratio, reduce, rootOf, times, type Ratio } from './ratio.ts';

export interface OracleCointegration {
  readonly alpha: Ratio;
  readonly beta: Ratio;
  /** Sum of squared residuals, in units of y. */
  readonly squares: Ratio;
  readonly statisticMillionths: bigint;
  /** What part of a deviation is gone one sample later. */
  readonly reversion: Ratio;
}

const ZERO = ratio(0n);
const dot = (a: readonly Ratio[], b: readonly Ratio[]): Ratio =>
  a.reduce((sum, value, i) => plus(sum, times(value, b[i] as Ratio)), ZERO);

/** Engle and Granger's two steps as a textbook has them: residuals first, then the regression on them, in exact fractions. */
export function cointegrationOracle(
  x: readonly bigint[],
  y: readonly bigint[],
  lags: number,
): OracleCointegration | undefined {
  const [xs, ys] = [x.map((value) => ratio(value)), y.map((value) => ratio(value))];
  const n = ratio(BigInt(x.length));
  const mean = (values: readonly Ratio[]): Ratio => over(values.reduce(plus, ZERO), n);
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const dx = xs.map((value) => minus(value, meanX));
  const dy = ys.map((value) => minus(value, meanY));
  const spread = dot(dx, dx);
  if (spread.n === 0n) return undefined;
  const beta = reduce(over(dot(dx, dy), spread));
  const alpha = reduce(minus(meanY, times(beta, meanX)));
  const u = ys.map((value, t) => minus(minus(value, alpha), times(beta, xs[t] as Ratio)));
  const changes = u.map((value, t) => (t === 0 ? ZERO : minus(value, u[t - 1] as Ratio)));
  const rows: Ratio[][] = [];
  const targets: Ratio[] = [];
  for (let t = lags + 1; t < u.length; t += 1) {
    const row = [u[t - 1] as Ratio];
    for (let back = 1; back <= lags; back += 1) row.push(changes[t - back] as Ratio);
    rows.push(row);
    targets.push(changes[t] as Ratio);
  }
  const columns = Array.from({ length: lags + 1 }, (_, k) => rows.map((row) => row[k] as Ratio));
  const gram = columns.map((a) => columns.map((b) => dot(a, b)));
  const right = columns.map((column) => dot(column, targets));
  const coefficients = solve(gram, right);
  const inverse = solve(
    gram,
    columns.map((_, k) => ratio(k === 0 ? 1n : 0n)),
  );
  if (coefficients === undefined || inverse === undefined) return undefined;
  const unexplained = minus(dot(targets, targets), dot(coefficients, right));
  if (!isAbove(unexplained, ZERO)) return undefined;
  const freedom = ratio(BigInt(rows.length - columns.length));
  const [gamma, variance] = [coefficients[0] as Ratio, times(unexplained, inverse[0] as Ratio)];
  const squared = over(times(times(gamma, gamma), freedom), variance);
  const root = rootOf((squared.n * 10n ** 12n) / squared.d);
  const before = columns[0] as readonly Ratio[];
  return {
    alpha,
    beta,
    squares: dot(u, u),
    statisticMillionths: gamma.n < 0n ? -root : root,
    reversion: times(ratio(-1n), over(dot(before, targets), dot(before, before))),
  };
}

/** Gauss and Jordan; undefined for a system without one solution. */
function solve(matrix: readonly (readonly Ratio[])[], right: readonly Ratio[]): readonly Ratio[] | undefined {
  const rows = matrix.map((row, i) => [...row, right[i] as Ratio]);
  for (let k = 0; k < rows.length; k += 1) {
    const found = rows.findIndex((row, i) => i >= k && row[k]?.n !== 0n);
    if (found < 0) return undefined;
    [rows[k], rows[found]] = [rows[found] as Ratio[], rows[k] as Ratio[]];
    const pivot = rows[k] as Ratio[];
    const scaled = pivot.map((value) => over(value, pivot[k] as Ratio));
    rows[k] = scaled;
    for (const [i, row] of rows.entries()) {
      if (i !== k) rows[i] = row.map((value, j) => minus(value, times(row[k] as Ratio, scaled[j] as Ratio)));
    }
  }
  return rows.map((row) => row.at(-1) as Ratio);
}
