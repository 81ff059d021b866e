import type { Workload } from '../harness/workload.ts';
import { footprint } from './footprint.ts';
import { latencies } from './latency.ts';
import { recovery } from './recovery.ts';
import { throughput } from './throughput.ts';

/** All workloads, in the order in which they run. */
export const WORKLOADS: readonly Workload[] = [throughput, ...latencies, footprint, recovery];
