import { learned, strict } from './contenders.ts';
import { playOnBus, type BusContender, type BusResult } from './on-the-bus.ts';
import { SCENARIOS, makeTrace } from './scenarios.ts';

/** The same load on a client as it is by default, under strict priority, and with learned routing. */
export interface BusEvaluation {
  readonly scenario: string;
  readonly seed: number;
  readonly byDefault: BusResult;
  readonly strict: BusResult;
  readonly learned: BusResult;
}

/** Loads like a trading desk's: bursts, wrong declarations, everything at once. */
const BUS_SCENARIOS = ['bursts', 'mislabelled', 'desk'];

/** Plays them through the real bus in simulated time; costs count from the middle on. */
export async function evaluateOnBus(seeds: readonly number[], messages: number): Promise<readonly BusEvaluation[]> {
  const evaluations: BusEvaluation[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => BUS_SCENARIOS.includes(name))) {
    for (const seed of seeds) {
      const trace = makeTrace(scenario, seed, messages);
      const play = (contender: BusContender): Promise<BusResult> => playOnBus(trace, contender, messages >> 1);
      evaluations.push({
        scenario: scenario.name,
        seed,
        byDefault: await play({}),
        strict: await play(strict()),
        learned: await play(learned(trace)),
      });
    }
  }
  return evaluations;
}

/** Learned over another one: the geometric mean of the ratios of cost, and the interval in which it lies with 95 % by Student's t. */
export function gainOnBus(
  evaluations: readonly BusEvaluation[],
  over: 'byDefault' | 'strict',
): { readonly ratio: number; readonly from: number; readonly to: number } {
  const logs = evaluations.map((each) => Math.log(each.learned.cost / each[over].cost));
  const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length;
  const variance = logs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, logs.length - 1);
  const margin = studentT(logs.length - 1) * Math.sqrt(variance / logs.length);
  return { ratio: Math.exp(mean), from: Math.exp(mean - margin), to: Math.exp(mean + margin) };
}

/** The 97.5th percentile, by Cornish and Fisher's expansion: within 1 % from 4 degrees of freedom on. */
function studentT(degrees: number): number {
  const z = 1.959_964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / degrees + second / degrees ** 2;
}
