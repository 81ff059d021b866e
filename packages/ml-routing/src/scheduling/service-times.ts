/**
 * How long the handlers of each topic take, learned from what they took. One column per figure, one row per topic.
 *
 * Service times are skewed, drift, jump when a handler is deployed anew, and now and then one is absurd. So the level is learned of their
 * logarithm, from residuals that are clipped at three deviations; two cumulative sums watch for a change and make the level
 * forget when there is one (E. S. Page, "Continuous inspection schemes", Biometrika 1954); and what the mean is above the level, the
 * shape of the distribution, is learned apart and kept over a change. No distribution is assumed.
 *
 * Workload: one `observe` per message handled, about 50 ns, nothing allocated; `meanMs` is read several times per decision.
 */
export class ServiceTimes {
  /** Expected time of the next one, in milliseconds. */
  readonly meanMs: Float64Array<ArrayBuffer>;
  /** Observations since the start or the last change. */
  readonly count: Float64Array<ArrayBuffer>;
  readonly level: Float64Array<ArrayBuffer>;
  readonly variance: Float64Array<ArrayBuffer>;
  readonly shape: Float64Array<ArrayBuffer>;
  readonly sumUp: Float64Array<ArrayBuffer>;
  readonly sumDown: Float64Array<ArrayBuffer>;
  /** Changes that were detected, over all topics. */
  changes = 0;
  /** How far off predictions were lately, and what was predicted, in milliseconds: sums over all topics in which the newest weigh most. */
  missedByMs = 0;
  predictedMs = 0;

  constructor(rows: number) {
    this.meanMs = new Float64Array(rows).fill(UNKNOWN_MS);
    this.count = new Float64Array(rows);
    this.level = new Float64Array(rows);
    this.variance = new Float64Array(rows).fill(1);
    this.shape = new Float64Array(rows).fill(1);
    this.sumUp = new Float64Array(rows);
    this.sumDown = new Float64Array(rows);
  }

  /** By how much predictions are off, as a part of what is predicted: 0.4 is 40 %. 0 before the first one. */
  get relativeError(): number {
    return this.predictedMs > 0 ? this.missedByMs / this.predictedMs : 0;
  }

  /** Notes how good the prediction for a row was. To be called before the row observes. */
  judge(row: number, servedMs: number): void {
    if (!(servedMs >= 0 && servedMs < Infinity) || (this.count[row] as number) === 0) return;
    const predictedMs = this.meanMs[row] as number;
    this.missedByMs = this.missedByMs * ERROR_MEMORY + Math.min(Math.abs(servedMs - predictedMs), LONGEST_MS);
    this.predictedMs = this.predictedMs * ERROR_MEMORY + predictedMs;
  }

  /** Until something is known of a row: what is known of another one. */
  startLike(row: number, other: number): void {
    this.meanMs[row] = this.meanMs[other] as number;
    this.count[row] = 0;
    this.level[row] = 0;
    this.variance[row] = 1;
    this.shape[row] = 1;
    this.sumUp[row] = 0;
    this.sumDown[row] = 0;
  }

  /** Takes one in. What is no time (NaN, negative, infinite) changes nothing. */
  observe(row: number, servedMs: number): void {
    if (!(servedMs >= 0 && servedMs < Infinity)) return;
    const ms = servedMs < SHORTEST_MS ? SHORTEST_MS : servedMs > LONGEST_MS ? LONGEST_MS : servedMs;
    const seen = this.count[row] as number;
    const logarithm = Math.log(ms);
    if (seen === 0) this.level[row] = logarithm;
    const deviation = Math.sqrt(this.variance[row] as number);
    const residual = (logarithm - (this.level[row] as number)) / deviation;
    const clipped = residual > CLIP ? CLIP : residual < -CLIP ? -CLIP : residual;
    const count = this.#watch(row, clipped) ? AFTER_CHANGE : seen + 1;
    this.count[row] = count;
    const gain = count < MEMORY ? 1 / count : 1 / MEMORY;
    const level = (this.level[row] as number) + gain * clipped * deviation;
    this.level[row] = level;
    const spreadGain = count < SHAPE_MEMORY ? 1 / (count + PRIOR) : 1 / SHAPE_MEMORY;
    const variance = (this.variance[row] as number) * (1 + spreadGain * (clipped * clipped - 1));
    this.variance[row] = variance < LEAST_VARIANCE ? LEAST_VARIANCE : variance;
    const typical = Math.exp(level);
    const ratio = ms / typical;
    const shape = this.shape[row] as number;
    const next = shape + spreadGain * ((ratio > GREATEST_RATIO ? GREATEST_RATIO : ratio) - shape);
    this.shape[row] = next;
    this.meanMs[row] = typical * next;
  }

  /** Whether the level has changed, after residuals that kept to one side for too long. */
  #watch(row: number, residual: number): boolean {
    const up = Math.max(0, (this.sumUp[row] as number) + residual - ALLOWANCE);
    const down = Math.max(0, (this.sumDown[row] as number) - residual - ALLOWANCE);
    const changed = (up > ALARM || down > ALARM) && (this.count[row] as number) >= WARM;
    this.sumUp[row] = changed ? 0 : up;
    this.sumDown[row] = changed ? 0 : down;
    if (changed) this.changes += 1;
    return changed;
  }
}

/** Before anything is known. Only ratios of service times matter to a scheduler, so the figure is arbitrary. */
const UNKNOWN_MS = 1;
/** What a handler takes is believed between these. */
export const SHORTEST_MS: number = 1e-4;
export const LONGEST_MS: number = 60_000;
const CLIP = 3;
const ERROR_MEMORY = 1 - 1 / 2_048;
/** Observations that the level goes back, and that the two slower figures go back. */
const MEMORY = 64;
const SHAPE_MEMORY = 256;
/** The variance starts at 1 as if from so many observations. */
const PRIOR = 3;
const LEAST_VARIANCE = 1e-4;
/** How many times its typical time a single one counts at most, and so the greatest shape. */
export const GREATEST_RATIO: number = 20;
/** In deviations: a false alarm in some ten thousand observations, a doubling found within about ten. */
const ALLOWANCE = 0.75;
const ALARM = 10;
const WARM = 16;
/** As if so many observations had been made of the new level. */
const AFTER_CHANGE = 3;
