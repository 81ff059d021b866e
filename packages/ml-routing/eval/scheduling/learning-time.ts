import type { PluginState } from '@tradewind/core-types';
import type { QLearningRouter } from '../../src/index.ts';
import { learned } from './contenders.ts';
import { simulate, type SimulationResult } from './simulation.ts';
import type { Trace } from './trace.ts';
import { isRecord } from '../../src/state/json-shapes.ts';

/**
 * After how many messages a router had learned what there was to learn: from the first message on from which the next 5,000 cost at most 5 % more than under a router that
 * begins the same load with what this one knew at its end, and so from every later one. Looked for at every 500th message of the first two thirds; undefined where it was not so by then.
 *
 * The other router knows policies, lanes and service times; what it has saved and what it has seen of waits begins anew, as everybody's does.
 */
export function learningTime(trace: Trace, ours: SimulationResult, router: QLearningRouter): number | undefined {
  const knowing = learned(trace);
  knowing.router.state.restore(knowledgeOf(router));
  const settled = simulate(trace, knowing);
  const messages = trace.topic.length;
  const last = Math.floor((messages * 2) / 3 / STEP) * STEP;
  let learnedAt: number | undefined;
  for (let from = last; from >= 0; from -= STEP) {
    if (costOfNext(ours, from) > (1 + NEAR) * costOfNext(settled, from)) break;
    learnedAt = from;
  }
  return learnedAt;
}

/** Without the account, the budget of the ageing, and the queue of first-in first-out. */
function knowledgeOf(router: QLearningRouter): PluginState {
  const { version, data } = router.state.snapshot();
  if (!isRecord(data)) throw new Error(`Expected the state of a router to be an object; came ${JSON.stringify(data)}.`);
  const zeros = (key: string): readonly number[] => {
    const figures = data[key];
    if (!Array.isArray(figures)) throw new Error(`Expected numbers under ${key} in the state of a router.`);
    return figures.map(() => 0);
  };
  return {
    version,
    data: { ...data, account: zeros('account'), ageing: zeros('ageing'), fifo: zeros('fifo') },
  };
}

function costOfNext({ cost }: SimulationResult, from: number): number {
  let sum = 0;
  const to = Math.min(cost.length, from + SPAN);
  for (let message = from; message < to; message += 1) sum += cost[message] as number;
  return sum;
}

const STEP = 500;
/** Short enough that what was dear in the beginning is not made up for by what comes long after. */
const SPAN = 5_000;
const NEAR = 0.05;
