import type { Experiment } from '../experiments/experiment.ts';
export const CLAIMS: readonly Experiment[] = [];
