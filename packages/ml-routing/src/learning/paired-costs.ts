import { studentQuantile, type Estimate } from '../feedback/confidence-interval.ts';

/** How much less one action costs than another, and how sure that is. */
export interface PairedGain {
  /** The part of the cost that is saved: 0.02 is two per cent; negative where it costs more. */
  readonly gain: number;
  /** The gain in its own standard errors: Student's t of the paired differences. */
  readonly t: number;
}

/**
 * What every action would have cost on the same windows of traffic.
 *
 * Windows differ far more than actions do, so the differences within a window are what counts: means and variances of all pairs
 * are kept, each window weighing a little less than the one after it, so that evidence from before a change fades.
 */
export class PairedCosts {
  readonly actions: number;
  /** Sum of the weights, and of their squares: together the number of windows that the evidence is worth. */
  readonly mass: Float64Array<ArrayBuffer> = new Float64Array(2);
  /** By action. */
  readonly sums: Float64Array<ArrayBuffer>;
  /** By pair of actions: sums of squared differences. */
  readonly squares: Float64Array<ArrayBuffer>;
  readonly #remembered: number;

  /** `remembered`: what a window weighs when the next one comes, above 0, at most 1. */
  constructor(actions: number, remembered: number) {
    this.actions = actions;
    this.#remembered = remembered;
    this.sums = new Float64Array(actions);
    this.squares = new Float64Array(actions * actions);
  }

  /** How many windows of equal weight the evidence is worth. */
  get windows(): number {
    const [weight = 0, weightSquared = 0] = this.mass;
    return weightSquared === 0 ? 0 : (weight * weight) / weightSquared;
  }

  observe(costs: ArrayLike<number>): void {
    const { actions, mass, sums, squares } = this;
    const remembered = this.#remembered;
    mass[0] = (mass[0] as number) * remembered + 1;
    mass[1] = (mass[1] as number) * remembered * remembered + 1;
    for (let i = 0; i < actions; i += 1) {
      sums[i] = (sums[i] as number) * remembered + (costs[i] as number);
      for (let j = 0; j < actions; j += 1) {
        const difference = (costs[i] as number) - (costs[j] as number);
        squares[i * actions + j] = (squares[i * actions + j] as number) * remembered + difference * difference;
      }
    }
  }

  /** What would have been saved by `candidate` over `incumbent`. No gain, and none sure, while there are fewer than two windows. */
  gain(candidate: number, incumbent: number): PairedGain {
    return gainOf(this.windows, this.#pair(candidate, incumbent));
  }

  /**
   * The same gain with its 95 % interval, by Student's quantile: scatter that is known of few windows is itself uncertain. Without bounds below 8 windows.
   */
  estimate(candidate: number, incumbent: number): Estimate {
    const { windows } = this;
    const { base, mean, square } = this.#pair(candidate, incumbent);
    const { gain: value } = gainOf(windows, { base, mean, square });
    if (windows < LEAST_WINDOWS || !(base > 0))
      return { value, low: -Infinity, high: Infinity, standardError: Infinity };
    const standardError = errorOf(windows, mean, square) / base;
    const half = studentQuantile(0.975, windows - 1) * standardError;
    return { value, low: value - half, high: value + half, standardError };
  }

  /** The same with other evidence beside it, which counts as `windows` windows at most: what is known of more, for where little is known. */
  shrunkGain(
    candidate: number,
    incumbent: number,
    prior: { readonly from: PairedCosts; readonly windows: number },
  ): PairedGain {
    const own = this.windows;
    const others = Math.min(prior.windows, prior.from.windows);
    const part = own + others > 0 ? own / (own + others) : 0;
    const blend = (of: (evidence: PairedCosts) => number): number =>
      (own > 0 ? part * of(this) : 0) + (others > 0 ? (1 - part) * of(prior.from) : 0);
    return gainOf(own + others, {
      base: blend((evidence) => evidence.mean(incumbent)),
      mean: blend((evidence) => evidence.mean(incumbent) - evidence.mean(candidate)),
      square: blend((evidence) => evidence.meanSquare(candidate, incumbent)),
    });
  }

  /** What an action costs in a window; NaN before the first one. */
  mean(action: number): number {
    return (this.sums[action] as number) / (this.mass[0] as number);
  }

  /** The mean square of the differences of two actions. */
  meanSquare(one: number, other: number): number {
    return (this.squares[one * this.actions + other] as number) / (this.mass[0] as number);
  }

  #pair(candidate: number, incumbent: number): PairMeans {
    return {
      base: this.mean(incumbent),
      mean: this.mean(incumbent) - this.mean(candidate),
      square: this.meanSquare(candidate, incumbent),
    };
  }
}

/** Means over windows: what the incumbent costs, by how much the candidate costs less, and the square of that. */
interface PairMeans {
  readonly base: number;
  readonly mean: number;
  readonly square: number;
}

function gainOf(windows: number, { base, mean, square }: PairMeans): PairedGain {
  if (windows < 2 || !(base > 0)) return { gain: 0, t: 0 };
  const error = errorOf(windows, mean, square);
  return { gain: mean / base, t: error > 0 ? mean / error : mean === 0 ? 0 : Math.sign(mean) * CERTAIN };
}

/** The standard error of the mean difference. */
function errorOf(windows: number, mean: number, square: number): number {
  const variance = Math.max(0, square - mean * mean) * (windows / (windows - 1));
  return Math.sqrt(variance / windows);
}

/** Of fewer windows the scatter is not known. */
export const LEAST_WINDOWS = 8;
/** Differences that were the same in every window. */
const CERTAIN = 1e3;
