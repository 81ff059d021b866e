import { ObservationRing } from './observation-ring.ts';

/** The two series of a window. */
export type SeriesIndex = 0 | 1;

/** What makes a window. */
export interface LeadLagWindowOptions {
  /** Lags to compare, in nanoseconds; positive: the first series leads. Each once, at most 512. */
  readonly lagsNs: readonly number[];
  /** What is older than the newest observation of both by more than this is forgotten. Nanoseconds. */
  readonly windowNs: number;
  /** Observations of each series at most, 2 to 4,096; the oldest go first. */
  readonly capacity: number;
}

/** What a window says. */
export interface LeadLag {
  /** The lag with the strongest covariance; of equals the one nearest to zero, then the first given. Positive: the first series leads. */
  readonly lagNs: number;
  /** Of the increments that overlap at this lag: an integer, in the product of both units. */
  readonly covariance: number;
  /** The leader's sum of squares without what the other had no time yet to follow: the increments of the last `lagNs`. */
  readonly leaderSquares: number;
  /**
   * `covariance` over the root of `leaderSquares` and the other's sum of squares. It can exceed 1: overlapping increments are counted in full,
   * and on both sides.
   */
  readonly correlation: number;
}

/**
 * Who moves first, and by how much: the covariance of two price series that are observed at times of their own, at many lags.
 *
 * For each lag the products of all increments are summed whose intervals, the second series moved back by the lag, overlap (Hayashi and Yoshida,
 * "On covariance estimation of non-synchronously observed diffusion processes", Bernoulli 11, 2005); the lag with the strongest sum is the
 * estimate (Hoffmann, Rosenbaum and Yoshida, "Estimation of the lead-lag parameter from non-synchronous data", Bernoulli 19, 2013). No
 * interpolation onto a grid, which would blur what happens within milliseconds.
 *
 * Values are integers, such as prices in half ticks, and so are all sums: adding an increment and taking it away later leaves nothing behind,
 * and the sums are those that a computation from the beginning would give, to the last digit. So that they stay below 2^53, a series that
 * strays by more than 2^19 from where it began makes the window begin anew (`restarts`).
 *
 * An observation costs two binary searches for each lag if the value changed, next to nothing if it did not. Memory is fixed.
 */
export class LeadLagWindow {
  readonly #lags: Float64Array;
  readonly #windowNs: number;
  readonly #rings: readonly [ObservationRing, ObservationRing];
  readonly #covariances: Float64Array;
  readonly #squares: [number, number] = [0, 0];
  readonly #moves: [number, number] = [0, 0];
  readonly #anchors: [number, number] = [0, 0];
  readonly #changedAt: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  #restarts = 0;

  constructor({ lagsNs, windowNs, capacity }: LeadLagWindowOptions) {
    const order = lagsNs.map((lag, index) => ({ lag, index }));
    order.sort((a, b) => Math.abs(a.lag) - Math.abs(b.lag) || a.index - b.index);
    this.#lags = Float64Array.from(order, ({ lag }) => lag);
    this.#windowNs = windowNs;
    this.#rings = [new ObservationRing(capacity), new ObservationRing(capacity)];
    this.#covariances = new Float64Array(lagsNs.length);
  }

  /** How often it began anew because a series strayed too far. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How many increments of a series in the window are not zero. */
  moves(series: SeriesIndex): number {
    return this.#moves[series];
  }

  /** The sum of the squared increments of a series in the window. */
  squares(series: SeriesIndex): number {
    return this.#squares[series];
  }

  /** When the value of a series changed last, within the window; minus infinity without a change. */
  changedAt(series: SeriesIndex): number {
    return this.#changedAt[series];
  }

  /** The newest time of both series; minus infinity without any. */
  get newest(): number {
    return Math.max(newestOf(this.#rings[0]), newestOf(this.#rings[1]));
  }

  /**
   * Takes an observation in: a time in nanoseconds from any origin, below 2^52, and an integer value. One at the time of the last of its series
   * replaces that. Returns false for one that is earlier, which is left out.
   */
  observe(series: SeriesIndex, time: number, value: number): boolean {
    const ring = this.#rings[series];
    const newest = newestOf(ring);
    if (time < newest) return false;
    if (ring.count === 0) this.#anchors[series] = value;
    if (Math.abs(value - this.#anchors[series]) > MAX_STRAY) {
      this.clear();
      this.#restarts += 1;
      this.#anchors[series] = value;
    }
    this.#forgetUntil(Math.max(time, this.newest) - this.#windowNs);
    if (time === newest && ring.count > 0) {
      this.#replace(series, value);
      return true;
    }
    if (ring.count === ring.capacity) this.#dropOldest(series);
    ring.push(time, value);
    if (ring.count > 1) {
      const last = ring.count - 1;
      this.#count(series, last, { from: 0, to: value - ring.value(last - 1) });
      if (value !== ring.value(last - 1)) this.#changedAt[series] = time;
    }
    return true;
  }

  clear(): void {
    for (const series of BOTH) {
      this.#rings[series].clear();
      this.#squares[series] = 0;
      this.#moves[series] = 0;
      this.#changedAt[series] = Number.NEGATIVE_INFINITY;
    }
    this.#covariances.fill(0);
  }

  /**
   * The estimate by now; undefined while a series has not moved, or no lag has a covariance. Costs a comparison for each lag, and a step for
   * each observation of the leader within the best one.
   */
  estimate(): LeadLag | undefined {
    let best = -1;
    let strongest = 0;
    for (let k = 0; k < this.#covariances.length; k += 1) {
      const strength = Math.abs(this.#covariances[k] as number);
      if (strength > strongest) {
        strongest = strength;
        best = k;
      }
    }
    if (best < 0) return undefined;
    const covariance = this.#covariances[best] as number;
    const lagNs = this.#lags[best] as number;
    const leader: SeriesIndex = lagNs > 0 ? 0 : 1;
    const leaderSquares = this.#squaresUntil(leader, this.newest - Math.abs(lagNs));
    if (leaderSquares === 0) return undefined;
    const correlation = covariance / Math.sqrt(leaderSquares * this.#squares[leader === 0 ? 1 : 0]);
    return { lagNs, covariance, leaderSquares, correlation };
  }

  /** By how much a series has moved since a time, and when the first of it happened: undefined when its value did not change. */
  movedSince(series: SeriesIndex, time: number): { readonly by: number; readonly firstAt: number } | undefined {
    const ring = this.#rings[series];
    const base = Math.max(0, ring.firstAfter(time) - 1);
    if (ring.count === 0) return undefined;
    const by = ring.value(ring.count - 1) - ring.value(base);
    let first = base + 1;
    while (first < ring.count && ring.value(first) === ring.value(base)) first += 1;
    return first === ring.count ? undefined : { by, firstAt: ring.time(first) };
  }

  /** The sum of the squared increments that ended by a time. */
  #squaresUntil(series: SeriesIndex, time: number): number {
    const ring = this.#rings[series];
    let sum = this.#squares[series];
    for (let index = ring.count - 1; index > 0 && ring.time(index) > time; index -= 1) {
      const by = ring.value(index) - ring.value(index - 1);
      sum -= by * by;
    }
    return sum;
  }

  #replace(series: SeriesIndex, value: number): void {
    const ring = this.#rings[series];
    const last = ring.count - 1;
    if (last > 0) {
      const before = ring.value(last - 1);
      this.#count(series, last, { from: ring.value(last) - before, to: value - before });
    }
    ring.replaceNewest(value);
    this.#changedAt[series] = lastChange(ring);
  }

  /** What ended up to a time leaves the window. */
  #forgetUntil(time: number): void {
    for (const series of BOTH) {
      const ring = this.#rings[series];
      while (ring.count > 1 && ring.time(1) <= time) this.#dropOldest(series);
    }
  }

  #dropOldest(series: SeriesIndex): void {
    const ring = this.#rings[series];
    this.#count(series, 1, { from: ring.value(1) - ring.value(0), to: 0 });
    ring.dropOldest();
    if (ring.count > 0 && this.#changedAt[series] <= ring.time(0)) this.#changedAt[series] = Number.NEGATIVE_INFINITY;
  }

  /** The increment that ends at an observation was worth `from` and is now worth `to`. */
  #count(series: SeriesIndex, index: number, { from, to }: { readonly from: number; readonly to: number }): void {
    if (from === to) return;
    this.#squares[series] += to * to - from * from;
    this.#moves[series] += Number(to !== 0) - Number(from !== 0);
    const ring = this.#rings[series];
    const other = this.#rings[series === 0 ? 1 : 0];
    if (other.count < 2) return;
    const [begin, end] = [ring.time(index - 1), ring.time(index)];
    const difference = to - from;
    for (let k = 0; k < this.#lags.length; k += 1) {
      const lag = series === 0 ? (this.#lags[k] as number) : -(this.#lags[k] as number);
      const overlap = movementWithin(other, begin + lag, end + lag);
      if (overlap !== 0) this.#covariances[k] = (this.#covariances[k] as number) + difference * overlap;
    }
  }
}

/** The sum of a series' increments whose intervals overlap that from `begin`, which is not part of it, to `end`, which is. */
function movementWithin(ring: ObservationRing, begin: number, end: number): number {
  const first = Math.max(0, ring.firstAfter(begin) - 1);
  const last = Math.min(ring.count - 1, ring.firstFrom(end));
  return last > first ? ring.value(last) - ring.value(first) : 0;
}

/** When the value changed last. Only after a replacement, which is rare, has it to be looked for. */
function lastChange(ring: ObservationRing): number {
  for (let index = ring.count - 1; index > 0; index -= 1) {
    if (ring.value(index) !== ring.value(index - 1)) return ring.time(index);
  }
  return Number.NEGATIVE_INFINITY;
}

function newestOf(ring: ObservationRing): number {
  return ring.count === 0 ? Number.NEGATIVE_INFINITY : ring.time(ring.count - 1);
}

const BOTH: readonly SeriesIndex[] = [0, 1];
/** With 2^12 observations, increments of 2^20 and overlaps of as much the sums stay within 2^52. */
const MAX_STRAY = 2 ** 19;
