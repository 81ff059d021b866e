import { ONE, floorDivide, formatFixed } from '../../money/fixed-point.ts';
import type { Cointegration } from './cointegration-window.ts';
import { ceilRoot, floorRoot } from './exact-root.ts';
import { criticalValue, probabilityOf } from './mackinnon.ts';
import type { StatisticalSettings } from './statistical-options.ts';

/**
 * What is thought of a pair until the next estimate, and as long as a signal that opened with it is live: how far `y` is from where `x` says
 * it should be. Exact, but for the probability and the half-life, which are reported and decide no money.
 */
export class PairModel {
  /** Base currency of x that goes with one of y, in 1e-18. */
  readonly hedgeRatio: bigint;
  readonly statistic: string;
  readonly pValue: string;
  readonly confidence: string;
  readonly halfLifeMs: number;
  readonly #estimate: Cointegration;

  private constructor(estimate: Cointegration, hedgeRatio: bigint, halfLifeMs: number) {
    const { statisticMillionths } = estimate;
    const probability = Math.round(probabilityOf(Number(statisticMillionths) / 1e6) * 1e4);
    this.hedgeRatio = hedgeRatio;
    this.statistic = formatFixed(statisticMillionths, 6);
    this.pValue = formatFixed(BigInt(probability), 4);
    this.confidence = formatFixed(10_000n - BigInt(probability), 4);
    this.halfLifeMs = halfLifeMs;
    this.#estimate = estimate;
  }

  /**
   * A model of an estimate; undefined when the test does not find the pair cointegrated, when the two would not have to be held against each
   * other, or when a deviation would take longer to halve than the window is long.
   */
  static of(
    estimate: Cointegration,
    settings: StatisticalSettings,
    ticks: { readonly x: bigint; readonly y: bigint },
  ): PairModel | undefined {
    const { statisticMillionths, samples, scaleX, scaleY, squares, reversion } = estimate;
    const critical = criticalValue(settings.significance, samples - 1);
    if (squares === 0n || Number(statisticMillionths) / 1e6 > critical) return undefined;
    const hedgeRatio = floorDivide(-scaleX * ticks.y * ONE, scaleY * ticks.x);
    const halfLife = halfLifeOf(reversion);
    if (hedgeRatio <= 0n || !(halfLife <= samples)) return undefined;
    return new PairModel(estimate, hedgeRatio, Math.round((halfLife * Number(settings.sampleNs)) / 1e6));
  }

  /** How far y is above what x says, in units of `scaleY`. */
  deviation(x: bigint, y: bigint): bigint {
    const { scaleX, scaleY, constant } = this.#estimate;
    return scaleY * y + scaleX * x + constant;
  }

  /** Whether a deviation above zero is at least so many standard deviations (in 1e-18). */
  reaches(deviation: bigint, z: bigint): boolean {
    const { squares, samples } = this.#estimate;
    return deviation > 0n && deviation * deviation * BigInt(samples - 2) * ONE * ONE >= z * z * squares;
  }

  /** Whether a deviation above zero is more than so many standard deviations. */
  exceeds(deviation: bigint, z: bigint): boolean {
    const { squares, samples } = this.#estimate;
    return deviation > 0n && deviation * deviation * BigInt(samples - 2) * ONE * ONE > z * z * squares;
  }

  /** A deviation in standard deviations, six places towards zero. */
  zScore(deviation: bigint): string {
    const { squares, samples } = this.#estimate;
    const size = floorRoot((deviation * deviation * BigInt(samples - 2) * 10n ** 12n) / squares);
    return formatFixed(deviation < 0n ? -size : size, 6);
  }

  /**
   * Twice the price of y, in 1e-18, when its deviation has shrunk to so many standard deviations while x stays; rounded up for a deviation above
   * zero, when y has to be bought back, down for one below.
   */
  twiceExitPrice(
    x: bigint,
    { z, isAbove, tick }: { readonly z: bigint; readonly isAbove: boolean; readonly tick: bigint },
  ): bigint {
    const { scaleX, scaleY, constant, squares, samples } = this.#estimate;
    const freedom = BigInt(samples - 2) * ONE * ONE;
    const rest = ceilRoot((z * z * squares + freedom - 1n) / freedom);
    const numerator = ((isAbove ? rest : -rest) - scaleX * x - constant) * tick;
    return isAbove ? -floorDivide(-numerator, scaleY) : floorDivide(numerator, scaleY);
  }
}

/** Samples until half of a deviation is gone, of what part is gone after one (in 1e-12). */
function halfLifeOf(reversion: bigint): number {
  const gone = Number(reversion) / 1e12;
  if (gone <= 0) return Infinity;
  return gone >= 1 ? 0 : -Math.LN2 / Math.log1p(-gone);
}
