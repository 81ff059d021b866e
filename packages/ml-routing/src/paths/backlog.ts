import type { LatencyFeatures } from './recursive-least-squares.ts';

/**
 * The work that waits on each path, as far as it can be told from outside: when the path will have done all that it was given.
 *
 * A path is taken for one server, first-in first-out, with a delay around it. Each message adds what the path needs for one of its size, which is
 * learned from the time between two arrivals while the path had no pause, by least squares with forgetting. The end moves as in Lindley's
 * recursion (D. V. Lindley, "The theory of queues with a single server", 1952), and each arrival sets it right: what arrived now left the path a
 * delay ago, and what was sent after it is still to be done. Others' traffic, and several servers at once, only change the time between two
 * arrivals, and that is measured.
 */
export class Backlog {
  /** When the path is done with what it has, in milliseconds of the clock, seen from the sender: the way is taken off. */
  readonly freeAtMs: Float64Array<ArrayBuffer>;
  /** All the work that it was ever given, in milliseconds. */
  readonly givenMs: Float64Array<ArrayBuffer>;
  /** When the last message arrived that was not overtaken; 0 before the first. */
  readonly arrivedAtMs: Float64Array<ArrayBuffer>;
  /** What a message costs the path: fixed, and by unit of size, in milliseconds. */
  readonly fixedMs: Float64Array<ArrayBuffer>;
  readonly perUnitMs: Float64Array<ArrayBuffer>;
  /** By how much that grows when the market is as volatile as can be: 0.5 is half as much again. */
  readonly stretch: Float64Array<ArrayBuffer>;
  /** Sums with forgetting, five a path: of one, size, its square, the gap, and gap times size. */
  readonly sums: Float64Array<ArrayBuffer>;

  constructor(paths: number) {
    this.freeAtMs = new Float64Array(paths);
    this.givenMs = new Float64Array(paths);
    this.arrivedAtMs = new Float64Array(paths);
    this.fixedMs = new Float64Array(paths);
    this.perUnitMs = new Float64Array(paths);
    this.stretch = new Float64Array(paths);
    this.sums = new Float64Array(paths * SUMS);
  }

  /** Forgets what waits on the paths; what they need for a message stays. */
  clear(): void {
    this.freeAtMs.fill(0);
    this.givenMs.fill(0);
    this.arrivedAtMs.fill(0);
  }

  /** What a path needs for a message of this size, in milliseconds. 0 before anything is known. */
  serviceMs(path: number, size: number, volatility: number): number {
    const ms = (this.fixedMs[path] as number) + (this.perUnitMs[path] as number) * size;
    return ms * (1 + (this.stretch[path] as number) * volatility);
  }

  /** What is before a message that is sent now, in milliseconds. */
  aheadMs(path: number, nowMs: number): number {
    const ms = (this.freeAtMs[path] as number) - nowMs;
    return ms > 0 ? ms : 0;
  }

  /** A message is sent. Returns all the work given so far, its own included. */
  sent(path: number, nowMs: number, serviceMs: number): number {
    const freeAtMs = this.freeAtMs[path] as number;
    this.freeAtMs[path] = (freeAtMs > nowMs ? freeAtMs : nowMs) + serviceMs;
    const givenMs = (this.givenMs[path] as number) + serviceMs;
    this.givenMs[path] = givenMs;
    return givenMs;
  }

  /** A message arrived in the order of sending: what was given after it is still to be done. `delayMs` is the way there and back. */
  anchor(path: number, atMs: number, givenMs: number, delayMs: number): void {
    this.arrivedAtMs[path] = atMs;
    this.freeAtMs[path] = atMs - delayMs + (this.givenMs[path] as number) - givenMs;
  }

  /** A message of this size arrived so long after the one before it, and the path had no pause; how surely it had none, 0 to 1. */
  learn(path: number, gapMs: number, of: LatencyFeatures, sureness: number): void {
    const { size, volatility } = of;
    const plainMs = (this.fixedMs[path] as number) + (this.perUnitMs[path] as number) * size;
    // One pause that was taken for none must not count as much as all the rest.
    const boundMs = plainMs > 0 ? GREATEST_RATIO * plainMs : Infinity;
    const gap = gapMs > boundMs ? boundMs : gapMs;
    if (volatility > 0 && plainMs > 0) this.#learnStretch(path, gap / plainMs - 1, volatility, sureness);
    this.#leastSquares(path, gap / (1 + (this.stretch[path] as number) * volatility), size, sureness);
  }

  #learnStretch(path: number, excess: number, volatility: number, sureness: number): void {
    const stretch = this.stretch[path] as number;
    const next = stretch + STRETCH_PACE * sureness * volatility * (excess - stretch * volatility);
    this.stretch[path] = next > LEAST_STRETCH ? next : LEAST_STRETCH;
  }

  #leastSquares(path: number, gapMs: number, size: number, weight: number): void {
    const { sums } = this;
    const from = path * SUMS;
    const keep = 1 - weight / MEMORY;
    const n = (sums[from] as number) * keep + weight;
    const x = (sums[from + 1] as number) * keep + weight * size;
    const xx = (sums[from + 2] as number) * keep + weight * size * size;
    const y = (sums[from + 3] as number) * keep + weight * gapMs;
    const xy = (sums[from + 4] as number) * keep + weight * gapMs * size;
    sums[from] = n;
    sums[from + 1] = x;
    sums[from + 2] = xx;
    sums[from + 3] = y;
    sums[from + 4] = xy;
    // A pull to a slope of nothing, as strong as two observations: few of them say little about two figures.
    const spread = xx - (x * x) / n + RIDGE * (xx / n);
    const slope = spread > 0 ? (xy - (x * y) / n) / spread : 0;
    const perUnitMs = slope > 0 ? slope : 0;
    const fixedMs = (y - perUnitMs * x) / n;
    this.fixedMs[path] = fixedMs > 0 ? fixedMs : 0;
    this.perUnitMs[path] = fixedMs > 0 ? perUnitMs : x > 0 && y > 0 ? y / x : 0;
  }
}

/** Figures of a path in {@link Backlog.sums}. */
const SUMS = 5;
/** Gaps that the least squares go back. */
const MEMORY = 100;
const RIDGE = 2;
const GREATEST_RATIO = 20;
const STRETCH_PACE = 1 / 50;
const LEAST_STRETCH = -0.9;
