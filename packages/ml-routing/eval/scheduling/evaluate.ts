import { Priority } from '@tradewind/core-types';
import { fifo, learned, strict, tabularQ, weightBandit } from './contenders.ts';
import { ORACLE_RULES, OWN_METHOD_RULES, oracle, type OracleRule } from './oracle.ts';
import { makeTrace, type Scenario } from './scenarios.ts';
import { simulate, type Contender, type SimulationResult } from './simulation.ts';
import { costOf, type SimulatedTopic, type Trace } from './trace.ts';

/** Those that are compared with the oracle, in the order of the table. */
export const CONTENDERS = ['strict', 'fifo', 'tabular Q', 'weight bandit', 'learned'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** Every figure of one load with one seed. */
export interface Evaluation {
  readonly scenario: string;
  readonly seed: number;
  /** Cost of what arrived after the first 10,000 messages, over that of the oracle. */
  readonly ratio: Readonly<Record<ContenderName, number>>;
  /** The rule that was the cheapest one in hindsight. */
  readonly oracle: string;
  /** The learned router over the cheapest of all rules, those with the router's own lanes included. */
  readonly overOwnMethod: number;
  /** The most that the cost accrued so far ever was above that of strict priority, as a part of it, from the 1,000th message on. */
  readonly runningExcess: number;
  /** Longest wait over that of first-in first-out, for the learned router and for strict priority. */
  readonly longestWait: { readonly learned: number; readonly strict: number };
  /** CRITICAL messages that expired, beyond those that expire under strict priority, as a part of all of them. */
  readonly extraCriticalMisses: number;
  /** The arrival at which the first policy but strict priority was adopted; undefined: never. */
  readonly adoptedAt: number | undefined;
  /** The policies in force at the end, by how much waits. */
  readonly policies: readonly string[];
}

/** Plays one load under everybody. The same figures for the same arguments. */
export function evaluate(scenario: Scenario, seed: number, messages: number): Evaluation {
  const trace = makeTrace(scenario, seed, messages);
  const results = {
    strict: simulate(trace, strict()),
    fifo: simulate(trace, fifo()),
    'tabular Q': simulate(trace, tabularQ(trace, seed)),
    'weight bandit': simulate(trace, weightBandit(trace)),
  };
  const subject = watchAdoption(learned(trace));
  const ours = simulate(trace, subject);
  const best = cheapest(trace, ORACLE_RULES);
  const bestOfOwn = cheapest(trace, OWN_METHOD_RULES);
  const ratio = (result: SimulationResult): number => settledCost(result) / best.cost;
  const wait = (result: SimulationResult): number => longest(result) / longest(results.fifo);
  return {
    scenario: scenario.name,
    seed,
    ratio: {
      strict: ratio(results.strict),
      fifo: ratio(results.fifo),
      'tabular Q': ratio(results['tabular Q']),
      'weight bandit': ratio(results['weight bandit']),
      learned: ratio(ours),
    },
    oracle: best.name,
    overOwnMethod: settledCost(ours) / Math.min(best.cost, bestOfOwn.cost),
    runningExcess: runningExcess(trace, ours, results.strict),
    longestWait: { learned: wait(ours), strict: wait(results.strict) },
    extraCriticalMisses: criticalMisses(trace, ours) - criticalMisses(trace, results.strict),
    adoptedAt: subject.adoptedAt(),
    policies: subject.router.adopted().map(({ policy }) => policy),
  };
}

/** The rule of the least cost in hindsight. */
function cheapest(trace: Trace, rules: readonly OracleRule[]): { readonly name: string; readonly cost: number } {
  return rules
    .map((rule) => ({
      name: rule.lanes === 'rightful' ? rule.policy.name : `${rule.policy.name}, ${rule.lanes}`,
      cost: settledCost(simulate(trace, oracle(trace, rule))),
    }))
    .reduce((least, each) => (each.cost < least.cost ? each : least));
}

/** Notes when the first policy but strict priority came into force. */
function watchAdoption(
  contender: ReturnType<typeof learned>,
): ReturnType<typeof learned> & { adoptedAt(): number | undefined } {
  const { router } = contender;
  let arrivals = 0;
  let adoptedAt: number | undefined;
  const scheduler: Contender['scheduler'] = {
    name: router.name,
    pick: (lanes, nowMs) => router.pick(lanes, nowMs),
    observe(event): void {
      router.observe(event);
      if (event.kind !== 'arrival') return;
      arrivals += 1;
      if (adoptedAt !== undefined || arrivals % CHECK_EVERY !== 0) return;
      if (router.adopted().some(({ policy }) => policy !== 'strict')) adoptedAt = arrivals;
    },
  };
  return { ...contender, scheduler, adoptedAt: () => adoptedAt };
}

/** The cost of what arrived after the time for learning. */
function settledCost({ cost }: SimulationResult): number {
  let sum = 0;
  for (let message = LEARNING_MESSAGES; message < cost.length; message += 1) sum += cost[message] as number;
  return sum;
}

function longest({ waitedMs }: SimulationResult): number {
  return waitedMs.reduce((most, waited) => Math.max(most, waited), 0);
}

function criticalMisses(trace: Trace, { expired }: SimulationResult): number {
  let critical = 0;
  let missed = 0;
  for (const [message, topic] of trace.topic.entries()) {
    if (trace.topics[topic]?.rightful !== Priority.CRITICAL) continue;
    critical += 1;
    missed += expired[message] as number;
  }
  return missed / critical;
}

function runningExcess(trace: Trace, ours: SimulationResult, strictly: SimulationResult): number {
  let most = -Infinity;
  const messages = trace.topic.length;
  for (let point = 1; point <= CHECKPOINTS; point += 1) {
    const upTo = FIRST_CHECKED + Math.floor(((messages - 1 - FIRST_CHECKED) * point) / CHECKPOINTS);
    const nowMs = trace.arrivedAtMs[upTo] as number;
    most = Math.max(most, accrued(trace, ours, { upTo, nowMs }) / accrued(trace, strictly, { upTo, nowMs }) - 1);
  }
  return most;
}

/** What has been paid by a moment: of a message that waits still, what it has waited. */
function accrued(
  trace: Trace,
  result: SimulationResult,
  { upTo, nowMs }: { readonly upTo: number; readonly nowMs: number },
): number {
  let sum = 0;
  for (let message = 0; message <= upTo; message += 1) {
    const arrivedAtMs = trace.arrivedAtMs[message] as number;
    const waitedMs = result.waitedMs[message] as number;
    const isOver = arrivedAtMs + waitedMs <= nowMs;
    const topic = trace.topics[trace.topic[message] as number] as SimulatedTopic;
    const expired = isOver && result.expired[message] === 1;
    sum += costOf(topic, isOver ? waitedMs : nowMs - arrivedAtMs, expired);
  }
  return sum;
}

const LEARNING_MESSAGES = 10_000;
const CHECK_EVERY = 64;
const FIRST_CHECKED = 1_000;
const CHECKPOINTS = 100;
