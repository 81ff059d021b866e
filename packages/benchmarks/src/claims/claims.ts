import type { Experiment } from '../experiments/experiment.ts';
import { claimedLatencies } from './latencies.ts';
import { rates } from './rates.ts';
import { claimedResources } from './resources.ts';
import { claimedThroughputs } from './throughputs.ts';
import { idleWorkers, workerScaling } from './workers.ts';

/** What is claimed of buses in this field, each with the experiment that decides about it. */
export const CLAIMS: readonly Experiment[] = [
  ...rates,
  ...claimedLatencies,
  ...claimedThroughputs,
  workerScaling,
  idleWorkers,
  ...claimedResources,
];
