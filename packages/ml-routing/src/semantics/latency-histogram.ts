/**
 * Latencies in buckets whose width grows with their value: sixteen to each power of two of microseconds (log-linear, as in HdrHistogram; Tene 2012).
 *
 * Workload: one observation per delivery, a quantile now and then. 448 counters hold everything from a microsecond to half an hour, at most
 * 1/16 apart; nothing is allocated, two add up bucket by bucket, and the order of observations does not matter. A sketch with adaptive buckets
 * (DDSketch) would give the same error with a dependency and an allocation per store.
 */
export class LatencyHistogram {
  readonly counts: Uint32Array = new Uint32Array(BUCKETS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** What is no number, or negative, is left out; beyond half an hour counts as that. */
  observe(latencyMs: number): void {
    if (!(latencyMs >= 0)) return;
    const micros = Math.min(MAX_MICROS, Math.round(latencyMs * MICROS_PER_MS));
    this.counts[bucketOf(micros)] = (this.counts[bucketOf(micros)] as number) + 1;
    this.#count += 1;
  }

  /** The latency that the given part of the observations does not exceed, in milliseconds, at most 1/16 too high; undefined without any. */
  quantileMs(part: number): number | undefined {
    const rank = Math.max(1, Math.ceil(part * this.#count));
    let before = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      before += this.counts[bucket] as number;
      if (this.#count > 0 && before >= rank) return highestOf(bucket) / MICROS_PER_MS;
    }
    return undefined;
  }
}

function bucketOf(micros: number): number {
  if (micros < STEPS) return micros;
  const exponent = 31 - Math.clz32(micros);
  return STEPS + (exponent - STEP_BITS) * STEPS + ((micros >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

function highestOf(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const exponent = STEP_BITS + Math.floor((bucket - STEPS) / STEPS);
  const step = (bucket - STEPS) % STEPS;
  return 2 ** exponent + (step + 1) * 2 ** (exponent - STEP_BITS) - 1;
}

const STEP_BITS = 4;
const STEPS = 1 << STEP_BITS;
const MAX_MICROS = 2 ** 31 - 1;
const BUCKETS = STEPS + (31 - STEP_BITS) * STEPS;
const MICROS_PER_MS = 1_000;
