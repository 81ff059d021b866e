import { errorCode } from '@tradewind/core-types';
import { POSITIVE, checkNumber } from '../checks.ts';
import type { Contender, Feature } from '../contenders/contender.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import type { HistogramJson } from '../measuring/histogram.ts';
import type { ReceiptReport } from '../measuring/receipts.ts';
import { ResourceSampler, type ResourceUse } from '../measuring/resources.ts';
import type { Measurement, Workload } from '../workloads/workload.ts';
import { onFreshBus } from './on-fresh-bus.ts';

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
 * How a run ended: `measured`, and its figures stand; `wrong`, and they do not, because messages were lost, repeated, reordered or miscounted, or the bus did not settle or close;
 * `cannot`, because the contender lacks a feature, or the machine something, a peer that is not installed for one; `left-out`, because the time of a comparison was over before it began; `failed`, because it
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
export function missingFeatures(contender: Contender, workload: Workload): readonly Feature[] {
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
  const run = onFreshBus(contender, async (bus) => {
    // Before the warm-up, not after it: a full collection also lets go of compiled code, and a bus is cold again for a tenth of a second.
    globalThis.gc?.();
    const { seed = 1, warmUpMessages } = options;
    const measure = await workload.prepare(bus, { measureMs, seed, warmUpMessages });
    const sampler = new ResourceSampler();
    const measurement = await measure();
    const resources = await sampler.stop();
    return {
      problems: measurement.problems,
      metrics: finite({ ...measurement.metrics, ...resourceMetrics(resources, measurement) }),
      receipts: measurement.receipts,
      latency: measurement.latency?.toJSON(),
      resources,
      fingerprint: fingerprint([...contender.packages, ...(workload.packages ?? [])]),
    };
  });
  const result = await run.catch((error: unknown) => {
    // Nobody has all of the peers, and a comparison with those that there are is none that failed.
    if (errorCode(error) === 'MISSING_PEER' && error instanceof Error) return error;
    throw error;
  });
  if (result instanceof Error) {
    const found = fingerprint(contender.packages);
    return { ...common, outcome: 'cannot', problems: [result.message], metrics: {}, fingerprint: found };
  }
  return { ...common, outcome: result.problems.length === 0 ? 'measured' : 'wrong', ...result };
}

/** Where nothing was measured there are no figures: what was divided by no messages is left out. */
function finite(metrics: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
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
