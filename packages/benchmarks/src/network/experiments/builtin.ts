import type { Experiment } from '../../experiments/experiment.ts';
import { connections } from './connections.ts';
import { footprint } from './footprint.ts';
import { latencies } from './latency.ts';
import { recovery } from './recovery.ts';
import { throughput } from './throughput.ts';

/** The comparisons over the network, in the order in which they run. */
export const NETWORK_EXPERIMENTS: readonly Experiment[] = [throughput, ...latencies, footprint, recovery, connections];
