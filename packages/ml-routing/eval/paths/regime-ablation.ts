import { ratioInterval, type MeanInterval } from '../interval.ts';
import { PredictiveRouter } from '../../src/paths/predictive-router.ts';
import { contender } from './contenders.ts';
import { summaryOf, type Ratio } from './evaluate.ts';
import { PATH_SCENARIOS } from './scenarios.ts';
import { simulatePaths } from './simulation.ts';
import { makePathTrace } from './world.ts';

/** The load in which others load the paths when the market is volatile: with what is known of that, over without it. */
export interface PathRegimeRun {
  readonly seed: number;
  /** The router knows it at once. */
  readonly truth: Ratio;
  /** It knows it half a second late: a fifth to the whole of a spell. */
  readonly late: Ratio;
}

const LOAD = 'correlated';
export const LATE_MS = 500;

export function ablatePathRegime(seed: number, messages: number): PathRegimeRun {
  const scenario = PATH_SCENARIOS.find(({ name }) => name === LOAD);
  if (scenario === undefined) throw new Error(`Expected a load ${LOAD} among those of the paths.`);
  const trace = makePathTrace(scenario, seed, messages);
  const { volatility } = trace.shape;
  const play = (told: (nowMs: number) => number): { readonly mean: number; readonly p99: number } => {
    const knowing = { ...trace, shape: { ...trace.shape, volatility: told } };
    return summaryOf(simulatePaths(trace, contender(new PredictiveRouter(), knowing)).latencyMs);
  };
  const without = play(() => 0);
  const over = (run: { readonly mean: number; readonly p99: number }): Ratio => ({
    mean: run.mean / without.mean,
    p99: run.p99 / without.p99,
  });
  return { seed, truth: over(play(volatility)), late: over(play((nowMs) => volatility(Math.max(0, nowMs - LATE_MS)))) };
}

/** Latency with the regime over that without it: below 1 it is worth something. */
export function worthToPaths(runs: readonly PathRegimeRun[], by: 'truth' | 'late', figure: keyof Ratio): MeanInterval {
  return ratioInterval(runs.map((run) => run[by][figure]));
}
