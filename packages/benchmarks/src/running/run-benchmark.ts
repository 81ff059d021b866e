import { POSITIVE, checkNumber } from '../checks.ts';
import type { Contender, Feature } from '../contenders/contender.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import type { HistogramJson } from '../measuring/histogram.ts';
import type { ReceiptReport } from '../measuring/receipts.ts';
import { ResourceSampler, type ResourceUse } from '../measuring/resources.ts';
import type { Measurement, Workload } from '../workloads/workload.ts';

/** One contender, one workload, once. */
export interface BenchmarkOptions {
  readonly contender: Contender;
  readonly workload: Workload;
  /** About how long the measured part takes. Default 500 ms. */
  readonly measureMs?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Warms up with about so many messages. Default: until the CPU time of a message is steady, 0.3 s of it at least. */
  readonly warmUpMessages?: number | undefined;
}

/**
 * How a run ended: `measured`, and its figures stand; `wrong`, and they do not, because messages were lost, repeated, reordered or miscounted;
 * `cannot`, because the contender lacks a feature, or the machine something; `left-out`, because the time of a comparison was over before it began; `failed`, because it
 * threw or did not end.
 */
export type RunOutcome = 'measured' | 'wrong' | 'cannot' | 'left-out' | 'failed';

/** What one run found. Plain data. */
export interface BenchmarkResult {
  readonly contender: string;
  readonly workload: string;
  readonly outcome: RunOutcome;
  /** Why the outcome is not `measured`, a phrase each. */
  readonly problems: readonly string[];
  /** Figures by name, their unit last, those of the process included. Empty when nothing ran. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly receipts?: ReceiptReport | undefined;
  /** Nanoseconds; workloads with latencies. */
  readonly latency?: HistogramJson | undefined;
  readonly resources?: ResourceUse | undefined;
  readonly fingerprint: Fingerprint;
}

/** What a contender lacks for a workload. */
function missingFeatures(contender: Contender, workload: Workload): readonly Feature[] {
  return workload.needs.filter((feature) => !contender.features.includes(feature));
}

/** Why a contender cannot do a workload here, a phrase each: what it lacks, and what the machine lacks. Empty when it can. */
export function whyNot(contender: Contender, workload: Workload): readonly string[] {
  const lacking = workload.lacks?.();
  return [
    ...missingFeatures(contender, workload).map((feature) => `has no ${feature}`),
    ...(lacking === undefined ? [] : [lacking]),
  ];
}

/**
 * Runs a workload on a contender in this process: warm-up, measured part, receipts. For figures to be compared use {@link runComparison},
 * which gives every run a process of its own.
 *
 * Start Node with `--expose-gc`, and the heap is collected before the warm-up.
 *
 * @throws ValidationError `INVALID_OPTIONS`; whatever the contender throws.
 */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { contender, workload } = options;
  const measureMs = checkNumber('measureMs', options.measureMs ?? DEFAULT_MEASURE_MS, POSITIVE);
  const common = { contender: contender.name, workload: workload.name };
  const problems = whyNot(contender, workload);
  if (problems.length > 0) {
    return { ...common, outcome: 'cannot', problems, metrics: {}, fingerprint: fingerprint(contender.packages) };
  }
  const bus = await contender.create();
  // Before the warm-up, not after it: a full collection also lets go of compiled code, and a bus is cold again for a tenth of a second.
  globalThis.gc?.();
  try {
    const { seed = 1, warmUpMessages } = options;
    const run = await workload.prepare(bus, { measureMs, seed, warmUpMessages });
    const sampler = new ResourceSampler();
    const measurement = await run();
    const resources = await sampler.stop();
    return {
      ...common,
      outcome: measurement.problems.length === 0 ? 'measured' : 'wrong',
      problems: measurement.problems,
      metrics: { ...measurement.metrics, ...resourceMetrics(resources, measurement) },
      receipts: measurement.receipts,
      latency: measurement.latency?.toJSON(),
      resources,
      fingerprint: fingerprint([...contender.packages, ...(workload.packages ?? [])]),
    };
  } finally {
    await bus.close();
  }
}

function resourceMetrics(resources: ResourceUse, { messages }: Measurement): Readonly<Record<string, number>> {
  return {
    cpuMsPer1000: ((resources.cpuUserMs + resources.cpuSystemMs) / messages) * 1000,
    gcPauseMsPer1000: (resources.gcPauseMs / messages) * 1000,
    gcLongestMs: resources.gcLongestMs,
    heapUsedPeakMb: resources.heapUsedPeakBytes / BYTES_PER_MB,
    rssPeakMb: resources.rssPeakBytes / BYTES_PER_MB,
    eventLoopUtilization: resources.eventLoopUtilization,
  };
}

const DEFAULT_MEASURE_MS = 500;
const BYTES_PER_MB = 1e6;
