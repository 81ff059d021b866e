import { decay } from './decay.ts';
import { RecursiveLeastSquares, type LatencyFeatures } from './recursive-least-squares.ts';

/** A message that arrived. Reused: read at once and never kept. */
export interface LatencyObservation extends LatencyFeatures {
  readonly latencyMs: number;
  /** How surely its path was at rest, above 0 to 1: it counts as so much of an observation. */
  readonly weight: number;
  /** Whether its path had stood still until it arrived: how long that was says nothing about what messages take when it does not. */
  readonly stoodStill: boolean;
}

/**
 * What one message takes on each path while nothing waits there: its mean, by size and volatility, and how sure that is.
 *
 * Two layers. A slow one, recursive least squares with forgetting over (1, size, volatility). A fast one on top, the level: what the last latencies
 * were above that, a first-order Gauss-Markov process followed by a Kalman filter (R. E. Kalman 1960). While nothing is seen of a path its level
 * goes back to nothing and its variance grows; staleness is counted in decisions, not in time, so that a quiet night teaches no distrust. How
 * large the level is at all is learned from the product of successive residuals. Residuals are clipped at four deviations; what that takes off the
 * mean is learned apart. So one outlier moves nothing much, and a step is followed within some ten messages.
 */
export class LatencyModel {
  readonly slow: RecursiveLeastSquares;
  /** Milliseconds above the slow layer, its variance, and the decision at which the path was seen last. */
  readonly level: Float64Array<ArrayBuffer>;
  readonly levelVariance: Float64Array<ArrayBuffer>;
  readonly seenAt: Float64Array<ArrayBuffer>;
  /** Variance of single latencies; what outliers add to the mean. */
  readonly variance: Float64Array<ArrayBuffer>;
  readonly excessMs: Float64Array<ArrayBuffer>;
  /** Mean product of successive residuals of the slow layer, and the last of these. */
  readonly product: Float64Array<ArrayBuffer>;
  readonly lastResidual: Float64Array<ArrayBuffer>;
  readonly count: Float64Array<ArrayBuffer>;

  constructor(paths: number) {
    this.slow = new RecursiveLeastSquares({ rows: paths, memory: SLOW_MEMORY });
    this.level = new Float64Array(paths);
    this.levelVariance = new Float64Array(paths);
    this.seenAt = new Float64Array(paths);
    this.variance = new Float64Array(paths);
    this.excessMs = new Float64Array(paths);
    this.product = new Float64Array(paths);
    this.lastResidual = new Float64Array(paths);
    this.count = new Float64Array(paths);
  }

  /** Whether anything was ever seen of it. */
  isKnown(path: number): boolean {
    return (this.count[path] as number) > 0;
  }

  /** The mean without what outliers add. */
  typicalMs(path: number, size: number, volatility: number, decision: number): number {
    return this.slow.predict(path, size, volatility) + this.#levelMs(path, decision);
  }

  /** What the level may be off by, as a variance: it grows while nothing is seen of the path. */
  uncertainty(path: number, decision: number): number {
    const age = decision - (this.seenAt[path] as number);
    const before = this.levelVariance[path] as number;
    if (age <= 0) return before;
    const keep = decay(2 * age);
    return before * keep + this.#stationaryVariance(path) * (1 - keep);
  }

  /** How unsure the mean is, in milliseconds: of the level, and of the slow layer while little is known. */
  doubtMs(path: number, size: number, decision: number): number {
    return Math.sqrt(this.uncertainty(path, decision) + this.#slowVariance(path, size));
  }

  /** The square of what {@link doubtMs} is at most, however long nothing was seen of the path. Cheaper than that. */
  greatestDoubt(path: number, size: number): number {
    const before = this.levelVariance[path] as number;
    const stationary = this.#stationaryVariance(path);
    return (before > stationary ? before : stationary) + this.#slowVariance(path, size);
  }

  /** Takes in what a message took on a path at rest. */
  observe(path: number, observation: LatencyObservation, decision: number): void {
    const { latencyMs, size, volatility, weight, stoodStill } = observation;
    const count = (this.count[path] as number) + 1;
    this.count[path] = count;
    if (count === 1) {
      this.#begin(path, latencyMs, decision);
      return;
    }
    const level = this.#levelMs(path, decision);
    const uncertainty = this.uncertainty(path, decision);
    const variance = this.variance[path] as number;
    const slowMs = this.slow.predict(path, size, volatility);
    const surprise = latencyMs - slowMs - level;
    const bound = CLIP * Math.sqrt(variance + uncertainty);
    const clipped = surprise > bound ? bound : surprise < -bound ? -bound : surprise;
    const residual = clipped + level;

    const gain = uncertainty / (uncertainty + variance / weight);
    this.level[path] = level + gain * clipped;
    this.levelVariance[path] = uncertainty * (1 - gain);
    this.seenAt[path] = decision;

    const excess = this.excessMs[path] as number;
    const beyond = stoodStill ? 0 : surprise - clipped;
    this.excessMs[path] = excess + weight * pace(count, EXCESS_MEMORY) * (beyond - excess);
    const product = this.product[path] as number;
    const successive = residual * (this.lastResidual[path] as number);
    this.product[path] = product + weight * pace(count, PRODUCT_MEMORY) * (successive - product);
    this.lastResidual[path] = residual;

    // Of the surprise, only the part that is no movement of the level is noise.
    const noise = clipped * clipped * (variance / (variance + uncertainty));
    const next = variance + weight * pace(count, NOISE_MEMORY) * (noise - variance);
    const least = LEAST_DEVIATION * (slowMs > SHORTEST_MS ? slowMs : SHORTEST_MS);
    this.variance[path] = next > least * least ? next : least * least;
    this.slow.update(path, observation, residual, weight);
  }

  /** It was busy: nothing to learn here, but it is not unknown how it does. */
  seen(path: number, decision: number): void {
    this.seenAt[path] = decision;
  }

  #begin(path: number, latencyMs: number, decision: number): void {
    this.slow.begin(path, latencyMs);
    const deviation = Math.max(latencyMs, SHORTEST_MS) / 2;
    this.variance[path] = deviation * deviation;
    this.seenAt[path] = decision;
  }

  #levelMs(path: number, decision: number): number {
    const age = decision - (this.seenAt[path] as number);
    const level = this.level[path] as number;
    return age <= 0 ? level : level * decay(age);
  }

  #slowVariance(path: number, size: number): number {
    return this.slow.doubt(path, size) * (this.variance[path] as number);
  }

  #stationaryVariance(path: number): number {
    const variance = this.variance[path] as number;
    const product = this.product[path] as number;
    const least = LEAST_LEVEL_PART * variance;
    const most = GREATEST_LEVEL_PART * variance;
    return product < least ? least : product > most ? most : product;
  }
}

/** The part that a new value gets: all of them count alike until the memory is full. */
function pace(count: number, memory: number): number {
  return 1 / (count < memory ? count : memory);
}

/** Observations that the figures go back. */
const SLOW_MEMORY = 300;
const NOISE_MEMORY = 100;
const PRODUCT_MEMORY = 60;
const EXCESS_MEMORY = 500;
/** In deviations. */
const CLIP = 4;
/** The variance of the level over that of single latencies is believed to be within these. */
const LEAST_LEVEL_PART = 0.02;
const GREATEST_LEVEL_PART = 9;
/** Over the latency: a path that is always the same is not taken for exact. */
const LEAST_DEVIATION = 0.01;
const SHORTEST_MS = 1e-3;
