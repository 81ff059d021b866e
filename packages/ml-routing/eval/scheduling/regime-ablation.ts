import { ratioInterval, type MeanInterval } from '../interval.ts';
import { learned, strict } from './contenders.ts';
import { makeRegimeLoad } from './regime-load.ts';
import { simulate, type SimulationResult } from './simulation.ts';

/** One load with one seed: what it costs without a regime, by the detector's, and by the true one. */
export interface RegimeRun {
  readonly load: string;
  readonly seed: number;
  readonly strict: number;
  readonly without: number;
  readonly detected: number;
  readonly truth: number;
}

/** The router with and without the market's regime, on the same messages. Costs of what comes after the first third. */
export function ablateRegime(load: string, seed: number, messages: number): RegimeRun {
  const { trace, truth, detected } = makeRegimeLoad(load, seed, messages);
  const cost = ({ cost: costs }: SimulationResult): number =>
    costs.subarray(Math.floor(messages / 3)).reduce((sum, each) => sum + each, 0);
  return {
    load,
    seed,
    strict: cost(simulate(trace, strict())),
    without: cost(simulate(trace, learned(trace))),
    detected: cost(simulate(trace, learned(trace, detected))),
    truth: cost(simulate(trace, learned(trace, truth))),
  };
}

/** Cost with the regime over that without it, over the seeds: below 1 it is worth something. */
export function worthOfRegime(runs: readonly RegimeRun[], by: 'detected' | 'truth'): MeanInterval {
  return ratioInterval(runs.map((run) => run[by] / run.without));
}
