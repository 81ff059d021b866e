import type { HistogramView } from '@tradewind/core-types';

/**
 * Durations in a log-linear histogram: each power of two of microseconds is cut into four equal parts, so that a bound is at most 25 %
 * above what it counts. 26 powers reach 67 seconds; longer ones are in the last, open bucket.
 *
 * Workload: recorded per message, read every few seconds. Recording is a shift and an addition.
 * Source: G. Tene's HdrHistogram, with a fixed, small precision.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #sumMs = 0;

  /** @param ms A negative one, of clocks that differ, counts as none. */
  record(ms: number, count: number): void {
    const micros = ms * MICROS_PER_MS;
    if (ms > 0) this.#sumMs += ms * count;
    const bucket = bucketOf(micros);
    this.#counts[bucket] = (this.#counts[bucket] as number) + count;
  }

  get view(): HistogramView {
    return { upperBounds: UPPER_BOUNDS_SECONDS, counts: this.#counts, sum: this.#sumMs / MS_PER_SECOND };
  }

  /** How many durations were recorded. */
  get count(): number {
    let total = 0;
    for (let i = 0; i < BUCKETS; i += 1) total += this.#counts[i] as number;
    return total;
  }

  /** The upper bound of the bucket in which the given part of all durations is reached, in milliseconds; 0 when there are none. */
  quantile(part: number): number {
    const wanted = this.count * part;
    if (wanted === 0) return 0;
    let seen = 0;
    for (let i = 0; i < BUCKETS; i += 1) {
      seen += this.#counts[i] as number;
      if (seen >= wanted) return (UPPER_BOUNDS_SECONDS[i] as number) * MS_PER_SECOND;
    }
    return Infinity;
  }
}

const MICROS_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;
const PARTS_SHIFT = 2;
const PARTS = 1 << PARTS_SHIFT;
const POWERS = 26;
/** The first four buckets are 0 to 1, 1 to 2, 2 to 3 and 3 to 4 microseconds; then four for each power of two; then the open one. */
const BUCKETS = PARTS + (POWERS - PARTS_SHIFT) * PARTS + 1;

/** Buckets hold what is at most their upper bound: a whole number of microseconds belongs to the bucket below it. */
function bucketOf(micros: number): number {
  if (!(micros > 0)) return 0;
  if (micros > MAX_MICROS) return BUCKETS - 1;
  const whole = Math.ceil(micros) - 1;
  if (whole < PARTS) return whole;
  const power = 31 - Math.clz32(whole);
  const part = (whole >> (power - PARTS_SHIFT)) & (PARTS - 1);
  return PARTS + (power - PARTS_SHIFT) * PARTS + part;
}

const MAX_MICROS = 2 ** POWERS;

const UPPER_BOUNDS_SECONDS: Float64Array = upperBounds();

function upperBounds(): Float64Array {
  const bounds = new Float64Array(BUCKETS);
  for (let i = 0; i < PARTS; i += 1) bounds[i] = (i + 1) / 1e6;
  for (let i = PARTS; i < BUCKETS - 1; i += 1) {
    const power = Math.floor((i - PARTS) / PARTS) + PARTS_SHIFT;
    const part = (i - PARTS) % PARTS;
    bounds[i] = (2 ** power + (part + 1) * 2 ** (power - PARTS_SHIFT)) / 1e6;
  }
  bounds[BUCKETS - 1] = Infinity;
  return bounds;
}
