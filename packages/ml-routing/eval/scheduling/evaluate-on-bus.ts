import { weightedScheduler } from '@tradewind/core';
import { ratioInterval, type MeanInterval } from '../interval.ts';
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
  /** The client's own scheduler, with the shares that the router came to as guarantees. */
  readonly fixedShares: BusResult;
  /** What the router came to: its shares of the picks by priority. */
  readonly shares: readonly [number, number, number, number];
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
      const subject = learned(trace);
      const onBus = await play(subject);
      const shares = subject.router.shares();
      evaluations.push({
        scenario: scenario.name,
        seed,
        byDefault: await play({}),
        strict: await play(strict()),
        learned: onBus,
        fixedShares: await play({ scheduler: weightedScheduler(shares) }),
        shares,
      });
    }
  }
  return evaluations;
}

/** The client's own scheduler with the shares that the router came to, over the same with its default ones. */
export function fixedSharesOnBus(evaluations: readonly BusEvaluation[]): MeanInterval {
  return ratioInterval(evaluations.map((each) => each.fixedShares.cost / each.byDefault.cost));
}

/** Learned over another one: the geometric mean of the ratios of cost, and the interval in which it lies with 95 % by Student's t. */
export function gainOnBus(evaluations: readonly BusEvaluation[], over: 'byDefault' | 'strict'): MeanInterval {
  return ratioInterval(evaluations.map((each) => each.learned.cost / each[over].cost));
}
