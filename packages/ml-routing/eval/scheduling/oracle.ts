import {
  PRIORITIES,
  type LaneScheduler,
  type LanesView,
  type Priority,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { CostBook } from '../../src/scheduling/cost-rule.ts';
import { ImaginedFifo } from '../../src/scheduling/imagined-fifo.ts';
import { LaneLayout } from '../../src/scheduling/lane-layout.ts';
import { LaneIndex } from '../../src/scheduling/lane-index.ts';
import type { Policy } from '../../src/scheduling/policy.ts';
import { TopicBook } from '../../src/scheduling/topic-book.ts';
import { clusterLanes } from './clustered-lanes.ts';
import { costRules } from './contenders.ts';
import type { Contender } from './simulation.ts';
import type { SimulatedTopic, Trace } from './trace.ts';

/** A rule that knows everything but the future. */
export interface OracleRule {
  readonly policy: Policy;
  /**
   * Where messages wait: where publishers should have put them; where topics of like index are together; or where the router's own method puts them, given
   * the true figures.
   */
  readonly lanes: 'rightful' | 'clustered' | 'own method';
}

/**
 * The index rule with the true costs, the expected service times of the very moment and the rightful lanes given to it.
 *
 * Where lanes are laid by true figures, they follow them when they change. CRITICAL goes first, as with everybody else.
 */
export function oracle(trace: Trace, { policy, lanes: method }: OracleRule): Contender {
  const book = new TopicBook(new CostBook(costRules(trace)), trace.topics.length);
  const index = new LaneIndex(book);
  const know = teacher(trace, book);
  const correction = new LaneLayout(book);
  const waitMs = typicalWait(trace);
  const lay = (): void => {
    if (method === 'clustered') clusterLanes(book);
    else if (method === 'own method') correction.update(waitMs);
  };
  know(trace.arrivedAtMs[0] as number);
  lay();
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
      if (arrivals % LAY_EVERY === 0) {
        know(trace.arrivedAtMs[sequence] as number);
        lay();
      }
      return { priority: book.lane[book.rowOf(topic) ?? 0] as Priority, reason: 'what it should be' };
    },
  };
  return { scheduler, plugin: method === 'rightful' ? undefined : plugin, rightful: true };
}

/** Makes what writes the truth of a moment into the book. */
function teacher(trace: Trace, book: TopicBook): (nowMs: number) => void {
  const rates = trace.topics.map((_, at) => trace.topic.reduce((count, topic) => count + (topic === at ? 1 : 0), 0));
  for (const [at, { topic, rightful, allowanceMs }] of trace.topics.entries()) {
    const row = book.arrive(at + 1, topic, rightful);
    book.weight[row] = rates[at] ?? 1;
    book.allowanceMs[row] = allowanceMs === Infinity ? 0 : allowanceMs;
    book.times.count[row] = rates[at] ?? 1;
  }
  return (nowMs) => {
    const laneWork = [0, 0, 0, 0];
    const laneRate = [0, 0, 0, 0];
    for (const [at, { meanMs }] of trace.topics.entries()) {
      const row = at + LANES;
      book.times.meanMs[row] = meanMs(nowMs);
      const lane = book.lane[row] as Priority;
      laneWork[lane] = (laneWork[lane] ?? 0) + meanMs(nowMs) * (rates[at] ?? 1);
      laneRate[lane] = (laneRate[lane] ?? 0) + (rates[at] ?? 1);
    }
    for (const lane of PRIORITIES) book.times.meanMs[lane] = (laneWork[lane] ?? 1) / Math.max(1, laneRate[lane] ?? 1);
  };
}

/** How long messages of a trace wait when it matters, by the work that really came. */
function typicalWait(trace: Trace): number {
  const queue = new ImaginedFifo({ workers: trace.workers });
  for (const [message, atMs] of trace.arrivedAtMs.entries()) {
    const { allowanceMs } = trace.topics[trace.topic[message] as number] as SimulatedTopic;
    queue.arrived(atMs, trace.servedMs[message] as number, allowanceMs);
  }
  return queue.typicalMs;
}

const STRICT: Policy = { name: 'strict', prefix: 0, foresight: 0, corrects: false };

function indexPolicy(prefix: number, foresight: number): Policy {
  return { name: `index-${prefix}-${foresight}`, prefix, foresight, corrects: false };
}

/** What the oracle may choose from in hindsight: the best of these on each load is what others are compared with. */
export const ORACLE_RULES: readonly OracleRule[] = (['clustered', 'rightful'] as const).flatMap((lanes) => [
  { policy: STRICT, lanes },
  ...[2, 8, 32].flatMap((foresight) => [1, 6].map((prefix) => ({ policy: indexPolicy(prefix, foresight), lanes }))),
]);

/** Rules that use the router's own way of laying lanes, with the truth instead of what was learned: a yardstick that moves with the router. */
export const OWN_METHOD_RULES: readonly OracleRule[] = [STRICT, indexPolicy(6, 8), indexPolicy(6, 32)].map(
  (policy) => ({
    policy,
    lanes: 'own method',
  }),
);

const LANES = 4;
const LAY_EVERY = 64;
