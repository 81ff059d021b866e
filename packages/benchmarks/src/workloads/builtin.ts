import { BenchmarkError } from '../errors.ts';
import { crossVenueArbitrage } from './arbitrage.ts';
import { batchProcessing } from './batches.ts';
import { fanOut } from './fan-out.ts';
import { inFlight } from './in-flight.ts';
import { latency, peakLatency } from './latency.ts';
import { burstyLatency, rampLatency, recordedLatency, spikeLatency, tradingDayLatency } from './load-shapes.ts';
import { marketData } from './market-data.ts';
import { orderFlow } from './order-flow.ts';
import { patternMatching } from './pattern-matching.ts';
import { priorityFairness } from './priority-fairness.ts';
import { queuedMemory } from './queued-memory.ts';
import { riskChecks } from './risk-checks.ts';
import { throughput } from './throughput.ts';
import { tradingDesk } from './trading-desk.ts';
import type { Workload } from './workload.ts';

/** The workloads that come with this package, in the order of the tables. */
export const WORKLOADS: readonly Workload[] = [
  throughput,
  fanOut(1),
  fanOut(10),
  fanOut(100),
  patternMatching,
  batchProcessing,
  latency,
  burstyLatency,
  rampLatency,
  spikeLatency,
  tradingDayLatency,
  recordedLatency,
  priorityFairness,
  marketData,
  orderFlow,
  crossVenueArbitrage,
  riskChecks,
  tradingDesk,
  inFlight,
];

/** Further ones, for single questions: found by their name, and in no set. */
export const FURTHER_WORKLOADS: readonly Workload[] = [peakLatency, queuedMemory];

/** @throws BenchmarkError `UNKNOWN_WORKLOAD`. */
export function findWorkload(name: string): Workload {
  const all = [...WORKLOADS, ...FURTHER_WORKLOADS];
  const found = all.find((workload) => workload.name === name);
  if (found !== undefined) return found;
  throw new BenchmarkError('UNKNOWN_WORKLOAD', {
    message: `Expected a workload, one of ${all.map((workload) => workload.name).join(', ')}; got "${name}".`,
    hint: 'Give one of these names, or the URL of a module that exports "workload".',
  });
}
