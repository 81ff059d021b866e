import { CONTENDERS } from '../contenders/builtin.ts';
import type { ComparisonTask } from '../running/run-comparison.ts';

/** A set of runs that fits into its time. */
export interface RunSet {
  readonly contenders: readonly string[];
  readonly workloads: readonly ComparisonTask[];
  readonly rounds: number;
  readonly measureMs: number;
  readonly budgetMs: number;
  /** What a slow or busy machine has not begun by then is left out. */
  readonly limitMs: number;
}

/** Our two buses, what the field calls standard, and the emitter that most programs use: in their time everything is asked. */
const NEAREST = ['MessageBus', 'BufferedMessageBusClient', 'baseline', 'eventemitter3'];
/** Closed loops scatter little. */
const CLOSED_MS = 100;
/** Of 1,000 messages a second or fewer, so that three rounds have the thousand that P99 takes. */
const RARE_MS = 400;
const RARER_MS = 600;

/**
 * Everything in one process, in five minutes: three rounds of some ninety runs, each of about a second, most of it starting and warming up. What
 * many contenders would answer alike is asked of the nearest four.
 */
export const FULL_SET: RunSet = {
  contenders: CONTENDERS.map(({ name }) => name),
  workloads: [
    { workload: 'throughput', measureMs: CLOSED_MS },
    ...['fan-out-1', 'fan-out-10', 'fan-out-100'].map((workload) => ({
      workload,
      contenders: NEAREST,
      measureMs: CLOSED_MS,
    })),
    { workload: 'pattern-matching', measureMs: CLOSED_MS },
    { workload: 'batch-processing', measureMs: CLOSED_MS },
    { workload: 'latency' },
    ...['latency-bursty', 'latency-ramp', 'latency-spike', 'latency-trading-day', 'latency-recorded'].map(
      (workload) => ({ workload, contenders: NEAREST }),
    ),
    { workload: 'priority-fairness', measureMs: RARE_MS },
    { workload: 'market-data', contenders: NEAREST },
    { workload: 'order-flow', contenders: NEAREST, measureMs: RARE_MS },
    { workload: 'arbitrage', contenders: NEAREST, measureMs: RARER_MS },
    { workload: 'risk-checks', contenders: NEAREST },
    { workload: 'trading-desk', contenders: NEAREST, measureMs: RARER_MS },
    { workload: 'requests-in-flight', contenders: NEAREST },
  ],
  rounds: 3,
  measureMs: 200,
  budgetMs: 290_000,
  limitMs: 290_000,
};

/** A first look in a minute: the questions that matter most, to those who are nearest. */
export const QUICK_SET: RunSet = {
  contenders: ['MessageBus', 'BufferedMessageBusClient', 'baseline', 'eventemitter3', 'mqemitter', 'fastq'],
  workloads: [
    { workload: 'throughput', measureMs: CLOSED_MS },
    { workload: 'pattern-matching', measureMs: CLOSED_MS },
    { workload: 'latency' },
    { workload: 'latency-spike', contenders: NEAREST },
    { workload: 'priority-fairness', measureMs: RARE_MS },
    { workload: 'market-data', contenders: NEAREST },
    { workload: 'order-flow', contenders: NEAREST, measureMs: RARE_MS },
  ],
  rounds: 2,
  measureMs: 150,
  budgetMs: 55_000,
  limitMs: 55_000,
};

/**
 * What a set is to run. Where workloads or contenders are named, each workload runs on all of the contenders: the shorter lists of a set are
 * there for its time alone.
 */
export function tasksOf(
  set: RunSet,
  named: { readonly workloads: readonly string[] | undefined; readonly contenders: readonly string[] | undefined },
): readonly ComparisonTask[] {
  if (named.workloads === undefined && named.contenders === undefined) return set.workloads;
  const names = named.workloads ?? set.workloads.map(({ workload }) => workload);
  const lengths = new Map(FULL_SET.workloads.map(({ workload, measureMs }) => [workload, measureMs]));
  return names.map((workload) => ({ workload, measureMs: lengths.get(workload) }));
}
