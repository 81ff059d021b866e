import {
  PRIORITIES,
  type LaneScheduler,
  type LanesView,
  type Priority,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { QLearningRouter } from '../../src/index.ts';
import { CostBook, type CostRule } from '../../src/scheduling/cost-rule.ts';
import { correctLanes } from '../../src/scheduling/lane-correction.ts';
import { LaneIndex, firstRunnable } from '../../src/scheduling/lane-index.ts';
import type { Policy } from '../../src/scheduling/policy.ts';
import { TopicBook } from '../../src/scheduling/topic-book.ts';
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

/** A rule that knows everything but the future. */
export interface OracleRule {
  readonly policy: Policy;
  /** Whether messages wait in the lanes in which they belong by their true figures; otherwise where publishers should have put them. */
  readonly regroups: boolean;
}

/**
 * The index rule with the true costs, the expected service times of the very moment and the rightful lanes given to it.
 *
 * With `regroups`, lanes hold topics of like index instead, also by the true figures, and follow them when they change.
 */
export function oracle(trace: Trace, { policy, regroups }: OracleRule): Contender {
  const book = new TopicBook(new CostBook(costRules(trace)), trace.topics.length);
  const index = new LaneIndex(book, trace.workers);
  const rates = trace.topics.map((_, at) => trace.topic.reduce((count, topic) => count + (topic === at ? 1 : 0), 0));
  for (const [at, { topic, rightful, allowanceMs }] of trace.topics.entries()) {
    const row = book.arrive(at + 1, topic, rightful);
    book.weight[row] = rates[at] ?? 1;
    book.allowanceMs[row] = allowanceMs === Infinity ? 0 : allowanceMs;
    book.times.count[row] = rates[at] ?? 1;
  }
  const know = (nowMs: number): void => {
    const laneWork = [0, 0, 0, 0];
    const laneRate = [0, 0, 0, 0];
    for (const [at, { meanMs }] of trace.topics.entries()) {
      const row = at + LANES;
      book.times.meanMs[row] = meanMs(nowMs);
      book.times.highMs[row] = 3 * meanMs(nowMs);
      const lane = book.lane[row] as Priority;
      laneWork[lane] = (laneWork[lane] ?? 0) + meanMs(nowMs) * (rates[at] ?? 1);
      laneRate[lane] = (laneRate[lane] ?? 0) + (rates[at] ?? 1);
    }
    for (const lane of PRIORITIES) book.times.meanMs[lane] = (laneWork[lane] ?? 1) / Math.max(1, laneRate[lane] ?? 1);
  };
  know(trace.arrivedAtMs[0] as number);
  if (regroups) correctLanes(book);
  know(trace.arrivedAtMs[0] as number);
  const scheduler: LaneScheduler = {
    name: `oracle-${policy.name}`,
    pick(lanes: LanesView, nowMs): Priority {
      if (!trace.steady) know(nowMs);
      return index.choose(policy, lanes, nowMs);
    },
  };
  let arrivals = 0;
  const plugin: RoutingPlugin = {
    name: 'oracle-lanes',
    route({ topic, sequence }): RoutingDecision {
      arrivals += 1;
      if (arrivals % REGROUP_EVERY === 0) {
        know(trace.arrivedAtMs[sequence] as number);
        correctLanes(book);
      }
      return { priority: book.lane[book.rowOf(topic) ?? 0] as Priority, reason: 'what it should be' };
    },
  };
  return { scheduler, plugin: regroups ? plugin : undefined, rightful: true };
}

/** What the oracle may choose from in hindsight: the best of these on each load is what others are compared with. */
export const ORACLE_RULES: readonly OracleRule[] = [true, false].flatMap((regroups) => [
  { policy: { name: 'strict', prefix: 0, foresight: 0, corrects: false }, regroups },
  ...[2, 8, 32].flatMap((foresight) =>
    [1, 6].map((prefix) => ({
      policy: { name: `index-${prefix}-${foresight}`, prefix, foresight, corrects: false },
      regroups,
    })),
  ),
]);

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

function costRules({ topics }: Trace): readonly CostRule[] {
  return topics.map(({ topic, perMs, perMsSquared, missed }) => ({ pattern: topic, perMs, perMsSquared, missed }));
}

const LANES = 4;
const REGROUP_EVERY = 64;
const DEPTHS = 5;
const BANDIT_RATIOS = [1, 1.5, 2, 4, 8, 16];
