import { HdrHistogram } from './histogram.ts';
import { REAL_TIME, type TimeSource } from './time-source.ts';

const NS_PER_MS = 1e6;

/** Records how long ago a moment was, in a histogram of nanoseconds: the one place in which a workload's latencies are taken. */
export class LatencyRecorder {
  /** Nanoseconds. */
  readonly histogram: HdrHistogram = new HdrHistogram();
  readonly #time: TimeSource;
  #lastAtMs = Number.NaN;

  constructor(time: TimeSource = REAL_TIME) {
    this.#time = time;
  }

  /** When the latest latency was recorded, by the time source; NaN before the first. */
  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /** Records the latency from the intended time until now. Allocates nothing. */
  record(intendedAtMs: number): void {
    this.#lastAtMs = this.#time.nowMs();
    this.histogram.record((this.#lastAtMs - intendedAtMs) * NS_PER_MS);
  }
}
