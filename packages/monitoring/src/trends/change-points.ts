import { median } from './median.ts';

/** A moment at which a series went over to another level. */
export interface ChangePoint {
  /** The time of the first value of the new level. */
  readonly atMs: number;
  /** The mean of the level before, and of the one after. */
  readonly before: number;
  readonly after: number;
}

/** How eagerly changes are seen. */
export interface ChangePointOptions {
  /** How many are found at most. Default 5. */
  readonly maxPoints?: number | undefined;
  /** How many values a level has at least. Default 5. */
  readonly minLength?: number | undefined;
}

/**
 * The moments at which a series changed its level, oldest first: to be shown beside an alert that they may explain.
 *
 * The stretch is cut in two where that lessens the squared distance from the means most, and its halves in turn, as long as a cut gains more
 * than chance would: six times the variance of the noise times the logarithm of the length. The noise is taken from the differences of
 * neighbours by their median, which a change of level does not move.
 *
 * Cost: linear in the length for each cut. `NaN` values are passed over.
 * Source: A. J. Scott and M. Knott, "A Cluster Analysis Method for Grouping Means in the Analysis of Variance", 1974 (binary segmentation).
 */
export function changePoints(
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  { maxPoints = 5, minLength = 5 }: ChangePointOptions = {},
): readonly ChangePoint[] {
  const at: number[] = [];
  for (let index = 0; index < values.length; index += 1) if (!Number.isNaN(values[index])) at.push(index);
  const series = Float64Array.from(at, (index) => values[index] as number);
  const sums = new PrefixSums(series);
  const penalty = PENALTY * noiseVariance(series) * Math.log(Math.max(2, series.length));
  const cuts: number[] = [];
  const open: Stretch[] = [{ from: 0, to: series.length }];
  while (cuts.length < maxPoints) {
    const best = bestCut(open, sums, minLength);
    if (best === undefined || best.gain <= penalty || best.gain <= sums.roundingError) break;
    cuts.push(best.cut);
    open.splice(
      open.indexOf(best.stretch),
      1,
      { from: best.stretch.from, to: best.cut },
      { from: best.cut, to: best.stretch.to },
    );
  }
  cuts.sort((a, b) => a - b);
  return cuts.map((cut, index) => ({
    atMs: timesMs[at[cut] as number] as number,
    before: sums.mean({ from: cuts[index - 1] ?? 0, to: cut }),
    after: sums.mean({ from: cut, to: cuts[index + 1] ?? series.length }),
  }));
}

/** Values from one index to before another. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Sums up to each value, about the mean of all so that large numbers do not swallow small differences. */
class PrefixSums {
  readonly #sums: Float64Array;
  readonly #center: number;
  /** A gain below this is one of arithmetic. */
  readonly roundingError: number;

  constructor(series: Float64Array) {
    this.#center = series.reduce((sum, value) => sum + value, 0) / Math.max(1, series.length);
    this.#sums = new Float64Array(series.length + 1);
    let squares = 0;
    for (let at = 0; at < series.length; at += 1) {
      const centered = (series[at] as number) - this.#center;
      this.#sums[at + 1] = (this.#sums[at] as number) + centered;
      squares += centered * centered;
    }
    this.roundingError = squares * ROUNDING + Number.EPSILON * Math.abs(this.#center);
  }

  mean(stretch: Stretch): number {
    return this.#center + this.#sum(stretch) / (stretch.to - stretch.from);
  }

  /** How much the squared distance lessens when a stretch has two means instead of one. */
  gain({ from, to }: Stretch, cut: number): number {
    const left = this.#sum({ from, to: cut });
    const right = this.#sum({ from: cut, to });
    const whole = left + right;
    return (left * left) / (cut - from) + (right * right) / (to - cut) - (whole * whole) / (to - from);
  }

  #sum({ from, to }: Stretch): number {
    return (this.#sums[to] as number) - (this.#sums[from] as number);
  }
}

function bestCut(
  stretches: readonly Stretch[],
  sums: PrefixSums,
  minLength: number,
): { readonly stretch: Stretch; readonly cut: number; readonly gain: number } | undefined {
  let best: { stretch: Stretch; cut: number; gain: number } | undefined;
  for (const stretch of stretches) {
    for (let cut = stretch.from + minLength; cut <= stretch.to - minLength; cut += 1) {
      const gain = sums.gain(stretch, cut);
      if (best === undefined || gain > best.gain) best = { stretch, cut, gain };
    }
  }
  return best;
}

function noiseVariance(series: Float64Array): number {
  const steps: number[] = [];
  for (let at = 1; at < series.length; at += 1)
    steps.push(Math.abs((series[at] as number) - (series[at - 1] as number)));
  const deviation = (NORMAL * median(steps)) / Math.SQRT2;
  return Number.isNaN(deviation) ? 0 : deviation * deviation;
}

const PENALTY = 6;
const NORMAL = 1.4826;
const ROUNDING = 1e-12;
