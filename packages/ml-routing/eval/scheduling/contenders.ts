import { PRIORITIES, type LanesView, type Priority } from '@tradewind/core-types';
import { QLearningRouter } from '../../src/index.ts';
import type { CostRule } from '../../src/scheduling/cost-rule.ts';
import { firstRunnable } from '../../src/scheduling/lane-index.ts';
import { Dice } from '../random.ts';
import type { Contender } from './simulation.ts';
import type { Trace } from './trace.ts';

/** The most urgent lane first. */
export function strict(): Contender {
  return { scheduler: { name: 'strict', pick: firstRunnable } };
}

/** The oldest message first. */
export function fifo(): Contender {
  return {
    scheduler: {
      name: 'fifo',
      pick(lanes): Priority {
        const runnable = PRIORITIES.filter((lane) => lanes.runnable(lane) > 0);
        return runnable.reduce<Priority>(
          (oldest, lane) => (lanes.arrivedAtMs(lane, 0) < lanes.arrivedAtMs(oldest, 0) ? lane : oldest),
          runnable[0] ?? 0,
        );
      },
    },
  };
}

/** The router of this package, with its plugin, told the costs and nothing else. */
export function learned(trace: Trace): Contender & { readonly router: QLearningRouter } {
  const router = new QLearningRouter({ costs: costRules(trace), workers: trace.workers });
  return { scheduler: router, plugin: router.corrections, router };
}

/** Tabular Q-learning on live traffic: lanes by coarse depth, one chance in ten for a lane at random, paid by the cost that accrues. */
export function tabularQ(trace: Trace, seed: number): Contender {
  const dice = new Dice(seed);
  const values = new Float64Array(DEPTHS ** LANES * LANES);
  const perMs = trace.topics.map((topic) => topic.perMs);
  let rate = 0;
  let last = -1;
  let lastMs = 0;
  const best = (state: number, lanes: LanesView): Priority =>
    PRIORITIES.filter((lane) => lanes.runnable(lane) > 0).reduce((top, lane) =>
      (values[state * LANES + lane] as number) > (values[state * LANES + top] as number) ? lane : top,
    );
  return {
    scheduler: {
      name: 'tabular-q',
      pick(lanes, nowMs): Priority {
        const state = PRIORITIES.reduce<number>(
          (sum, lane) => sum * DEPTHS + Math.min(DEPTHS - 1, Math.ceil(Math.log2(1 + lanes.runnable(lane)))),
          0,
        );
        const greedy = best(state, lanes);
        if (last >= 0) {
          const reward = -rate * (nowMs - lastMs);
          const target = reward + 0.95 * (values[state * LANES + greedy] as number);
          values[last] = (values[last] as number) + 0.1 * (target - (values[last] as number));
        }
        const runnable = PRIORITIES.filter((lane) => lanes.runnable(lane) > 0);
        const lane = dice.next() < 0.1 ? (runnable[Math.floor(dice.next() * runnable.length)] ?? greedy) : greedy;
        last = state * LANES + lane;
        lastMs = nowMs;
        return lane;
      },
      observe(event): void {
        if (event.kind === 'arrival') rate += perMs[event.topicId - 1] ?? 0;
        if (event.kind === 'start' || event.kind === 'expired') rate -= perMs[event.topicId - 1] ?? 0;
      },
    },
  };
}

/** A bandit (UCB1) over weights of the lanes; the lane of the highest weight times age is served; an arm is kept for 200 messages. */
export function weightBandit(trace: Trace): Contender {
  const arms = BANDIT_RATIOS.map((ratio) => PRIORITIES.map((lane) => ratio ** -lane));
  const pulls = new Float64Array(arms.length);
  const losses = new Float64Array(arms.length);
  const perMs = trace.topics.map((topic) => topic.perMs);
  let arm = 0;
  let served = 0;
  let cost = 0;
  let highest = 1;
  const choose = (): void => {
    pulls[arm] = (pulls[arm] as number) + 1;
    highest = Math.max(highest, cost);
    losses[arm] = (losses[arm] as number) + cost / highest;
    const rounds = pulls.reduce((sum, pull) => sum + pull, 0);
    const score = (each: number): number => {
      const pull = pulls[each] as number;
      return pull === 0 ? Infinity : -(losses[each] as number) / pull + 0.3 * Math.sqrt(Math.log(rounds) / pull);
    };
    arm = arms.reduce((top, _, each) => (score(each) > score(top) ? each : top), 0);
    served = 0;
    cost = 0;
  };
  return {
    scheduler: {
      name: 'weight-bandit',
      pick(lanes, nowMs): Priority {
        const urgency = (lane: Priority): number => (arms[arm]?.[lane] ?? 1) * (nowMs - lanes.arrivedAtMs(lane, 0) + 1);
        return PRIORITIES.filter((lane) => lanes.runnable(lane) > 0).reduce((top, lane) =>
          urgency(lane) > urgency(top) ? lane : top,
        );
      },
      observe(event): void {
        if (event.kind !== 'start' && event.kind !== 'expired') return;
        served += 1;
        cost += event.waitedMs * (perMs[event.topicId - 1] ?? 0);
        if (served === 200) choose();
      },
    },
  };
}

/** The costs of a trace as a user would declare them. */
export function costRules({ topics }: Trace): readonly CostRule[] {
  return topics.map(({ topic, perMs, perMsSquared, missed }) => ({ pattern: topic, perMs, perMsSquared, missed }));
}

const LANES = 4;
const DEPTHS = 5;
const BANDIT_RATIOS = [1, 1.5, 2, 4, 8, 16];
