import { LatencyHistogram } from './histogram.ts';

type Histograms = readonly [LatencyHistogram, LatencyHistogram, LatencyHistogram, LatencyHistogram];

/** Latencies by priority. */
export class Latencies {
  /** From publishing to the start of the first attempt of each delivery of a message. */
  readonly waits: Histograms = fresh();
  /** From the start of a handler to its end. Synchronous handlers are measured in runs of up to 16 messages, each counted with the mean. */
  readonly handles: Histograms = fresh();
}

function fresh(): Histograms {
  return [new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram()];
}
