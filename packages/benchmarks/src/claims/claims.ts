import type { Experiment } from '../experiments/experiment.ts';
import { claimedLatencies } from './latencies.ts';
import { rates } from './rates.ts';
import { claimedResources } from './resources.ts';
import { claimedThroughputs } from './throughputs.ts';
import { idleWorkers, workerScaling } from './workers.ts';

/** What is claimed of buses in this field, each with the experiment that decides about it; about half an hour, 20 minutes of which are the sustained rates. */
export const CLAIMS: readonly Experiment[] = [
  ...rates,
  ...claimedLatencies,
  ...claimedThroughputs,
  workerScaling,
  idleWorkers,
  ...claimedResources,
];
