import type { MetricsSink } from '@tradewind/core-types';

/**
 * How long Redis took to answer, in a histogram.
 *
 * Workload: recorded once for each command or pipeline, some thousand a second at most; read every few seconds.
 */
export class CommandTimes {
  readonly #counts = new Float64Array(UPPER_BOUNDS.length);
  #sum = 0;

  /** @param ms A negative one, of a clock that was set back, counts as none. */
  record(ms: number): void {
    const seconds = Math.max(0, ms / MS_PER_SECOND);
    let bucket = 0;
    while (seconds > (UPPER_BOUNDS[bucket] as number)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += seconds;
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_transport_command_seconds', 'From sending a command or pipeline to its answer.');
    const view = { upperBounds: UPPER_BOUNDS, counts: this.#counts, sum: this.#sum };
    into.histogram('tradewind_transport_command_seconds', view);
  }
}

const MS_PER_SECOND = 1_000;
const UPPER_BOUNDS: readonly number[] = [
  100e-6,
  250e-6,
  500e-6,
  1e-3,
  2.5e-3,
  5e-3,
  10e-3,
  25e-3,
  50e-3,
  100e-3,
  250e-3,
  1,
  5,
  Infinity,
];
