import type { Contender } from '../contenders/contender.ts';
import { HdrHistogram, PERCENTILES, type HistogramJson } from '../measuring/histogram.ts';
import { spread, type Spread } from '../measuring/statistics.ts';
import { percentileMetric } from '../workloads/latency-metrics.ts';
import type { Workload } from '../workloads/workload.ts';
import { whyNot, type BenchmarkResult, type RunOutcome } from './run-benchmark.ts';

/** One contender in one workload, over all rounds. */
export interface ComparisonCell {
  readonly contender: string;
  /** `measured` only when every round that there was is. */
  readonly outcome: RunOutcome;
  readonly problems: readonly string[];
  /** Median and spread over the rounds, by metric. */
  readonly metrics: Readonly<Record<string, Spread>>;
  /**
   * The figure of each round, by metric. A percentile that the messages of one round do not reach, and those of all rounds do, has a single one:
   * that of all messages together.
   */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  /** The latencies of all rounds together, in nanoseconds. */
  readonly latency?: HistogramJson | undefined;
}

/** What the rounds of a contender in a workload come to. */
export function cellOf(workload: Workload, contender: Contender, results: readonly BenchmarkResult[]): ComparisonCell {
  const empty = { contender: contender.name, metrics: {}, samples: {} };
  const lacking = whyNot(contender, workload);
  if (lacking.length > 0) return { ...empty, outcome: 'cannot', problems: lacking };
  if (results.length === 0) return { ...empty, outcome: 'left-out', problems: [LEFT_OUT] };
  const latency = mergedLatency(results);
  const samples = { ...samplesOf(results), ...farPercentiles(results, latency) };
  return {
    contender: contender.name,
    outcome: worstOf(results),
    problems: [...new Set(results.flatMap(({ problems }) => problems))],
    metrics: Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, spread(values)])),
    samples,
    latency: latency?.toJSON(),
  };
}

function samplesOf(results: readonly BenchmarkResult[]): Readonly<Record<string, readonly number[]>> {
  const names = new Set(results.flatMap(({ metrics }) => Object.keys(metrics)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      results.flatMap(({ metrics }) => (name in metrics ? [metrics[name] as number] : [])),
    ]),
  );
}

/** Percentiles that some round has too few messages for, and all rounds together have enough. */
function farPercentiles(
  results: readonly BenchmarkResult[],
  latency: HdrHistogram | undefined,
): Readonly<Record<string, readonly number[]>> {
  const told = PERCENTILES.filter(
    (percent) =>
      latency?.reaches(percent) === true && results.some(({ metrics }) => !(percentileMetric(percent) in metrics)),
  );
  return Object.fromEntries(
    told.map((percent) => [percentileMetric(percent), [(latency?.percentile(percent) ?? Number.NaN) / NS_PER_US]]),
  );
}

function worstOf(results: readonly BenchmarkResult[]): RunOutcome {
  const order: readonly RunOutcome[] = ['failed', 'wrong', 'cannot'];
  return order.find((outcome) => results.some((result) => result.outcome === outcome)) ?? 'measured';
}

function mergedLatency(results: readonly BenchmarkResult[]): HdrHistogram | undefined {
  const [first, ...rest] = results.flatMap(({ latency }) =>
    latency === undefined ? [] : [HdrHistogram.fromJSON(latency)],
  );
  for (const part of rest) first?.merge(part);
  return first;
}

const LEFT_OUT = 'the time was over before it began';
const NS_PER_US = 1000;
