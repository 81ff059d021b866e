import type { PathStrategy } from '../../src/paths/path-strategy.ts';
import { PredictiveRouter } from '../../src/paths/predictive-router.ts';
import { contender, oracle, plainStrategies } from './contenders.ts';
import { simulatePaths } from './simulation.ts';
import { makePathTrace, type PathScenario } from './world.ts';

/** In the order of the picture. */
export const PATH_CONTENDERS = [
  'round-robin',
  'power-of-two-choices',
  'least-pending',
  'peak-ewma',
  'predictive-paths',
] as const;
export type PathContenderName = (typeof PATH_CONTENDERS)[number];

/** Mean and 99 % of a run's latencies, over those of the oracle. */
export interface Ratio {
  readonly mean: number;
  readonly p99: number;
}

/** One load with one seed. */
export interface PathEvaluation {
  readonly scenario: string;
  readonly seed: number;
  readonly oracleMs: { readonly mean: number; readonly p99: number };
  readonly ratios: Readonly<Record<PathContenderName, Ratio>>;
  /** The router with a queue price of nothing: as selfish as the oracle. */
  readonly selfish: Ratio;
  /** The part of the messages that took longer than their predicted 99 %. */
  readonly beyondP99: number;
  /** The part of the choices that tried a path. */
  readonly tried: number;
}

export function evaluatePaths(scenario: PathScenario, seed: number, messages: number): PathEvaluation {
  const trace = makePathTrace(scenario, seed, messages);
  const oracleMs = summaryOf(simulatePaths(trace, oracle(trace)).latencyMs);
  const ratioOf = (strategy: PathStrategy): Ratio => {
    const { mean, p99 } = summaryOf(simulatePaths(trace, contender(strategy, trace)).latencyMs);
    return { mean: mean / oracleMs.mean, p99: p99 / oracleMs.p99 };
  };
  const router = new PredictiveRouter();
  const learned = ratioOf(router);
  const plain = new Map(plainStrategies(seed).map((strategy) => [strategy.name, ratioOf(strategy)]));
  const of = (name: PathContenderName): Ratio => {
    const ratio = name === 'predictive-paths' ? learned : plain.get(name);
    if (ratio === undefined) throw new Error(`Expected the strategy ${name} among the plain ones.`);
    return ratio;
  };
  const readings = router.readings();
  const judged = readings.reduce((sum, reading) => sum + reading.judged, 0);
  return {
    scenario: scenario.name,
    seed,
    oracleMs,
    ratios: {
      'round-robin': of('round-robin'),
      'power-of-two-choices': of('power-of-two-choices'),
      'least-pending': of('least-pending'),
      'peak-ewma': of('peak-ewma'),
      'predictive-paths': learned,
    },
    selfish: ratioOf(new PredictiveRouter({ queuePrice: 0 })),
    beyondP99: readings.reduce((sum, reading) => sum + reading.beyondP99 * reading.judged, 0) / judged,
    tried: triedPart(router),
  };
}

/** Of what arrives after the first messages: those find nobody who knows anything. */
export function summaryOf(latencyMs: Float64Array): { readonly mean: number; readonly p99: number } {
  const sorted = latencyMs.slice(WARM_UP).toSorted();
  return {
    mean: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
    p99: sorted[Math.floor(sorted.length * 0.99)] as number,
  };
}

/** Read from the metrics, as an operator would. */
function triedPart(router: PredictiveRouter): number {
  let tried = 0;
  let all = 0;
  router.collect({
    describe: () => undefined,
    gauge: () => undefined,
    histogram: () => undefined,
    counter: (name, value, labels) => {
      if (name !== 'tradewind_predicted_paths_choices_total') return;
      all += value;
      if (labels?.['cause'] === 'tried') tried += value;
    },
  });
  return tried / all;
}

export const WARM_UP = 2_000;
