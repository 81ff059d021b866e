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

/** Our two buses and what the field calls standard. */
const OURS_AND_STANDARD = ['MessageBus', 'BufferedMessageBusClient', 'baseline'];
/** With the emitter that most programs use. */
const NEAREST = [...OURS_AND_STANDARD, 'eventemitter3'];
/** Two buses in which messages wait: under changing load the others have nothing to tell that an even load does not. */
const WAITING = ['BufferedMessageBusClient', 'baseline'];
/** Whom the number of subscribers concerns: the baseline's cost is that of its globs. */
const FAN_OUT = ['MessageBus', 'BufferedMessageBusClient', 'eventemitter3'];
/** Of each kind one, where messages come at a rate: what many emitters would answer alike is asked of one of them. */
const KINDS = [...NEAREST, 'mqemitter', 'fastq'];
/** Of whom messages can be asked in what order they leave. */
const QUEUES = [...WAITING, 'fastq'];
/** Closed loops scatter little. */
const CLOSED_MS = 100;
/** Of 1,000 messages a second or fewer, so that three rounds have the thousand that P99 takes. */
const RARE_MS = 400;
const RARER_MS = 600;

/**
 * Everything in one process: three rounds of fewer than seventy runs, each of about a second, most of it starting and warming up. That is some 200 s, so that five
 * minutes suffice on a busy machine, too. All contenders are asked for their throughput and patterns, fewer the rest; `--only` asks all of them.
 */
export const FULL_SET: RunSet = {
  contenders: CONTENDERS.map(({ name }) => name),
  workloads: [
    { workload: 'throughput', measureMs: CLOSED_MS },
    ...['fan-out-1', 'fan-out-10', 'fan-out-100'].map((workload) => ({
      workload,
      contenders: FAN_OUT,
      measureMs: CLOSED_MS,
    })),
    { workload: 'pattern-matching', measureMs: CLOSED_MS },
    { workload: 'batch-processing', measureMs: CLOSED_MS },
    { workload: 'latency', contenders: KINDS },
    ...['latency-bursty', 'latency-ramp', 'latency-spike', 'latency-trading-day', 'latency-recorded'].map(
      (workload) => ({ workload, contenders: WAITING }),
    ),
    { workload: 'priority-fairness', contenders: QUEUES, measureMs: RARE_MS },
    { workload: 'market-data', contenders: OURS_AND_STANDARD },
    { workload: 'order-flow', contenders: OURS_AND_STANDARD, measureMs: RARE_MS },
    { workload: 'arbitrage', contenders: OURS_AND_STANDARD, measureMs: RARER_MS },
    { workload: 'risk-checks', contenders: OURS_AND_STANDARD },
    { workload: 'trading-desk', contenders: OURS_AND_STANDARD, measureMs: RARER_MS },
    { workload: 'requests-in-flight', contenders: OURS_AND_STANDARD },
  ],
  rounds: 3,
  measureMs: 200,
  budgetMs: 290_000,
  limitMs: 290_000,
};

/** A first look in a minute: the questions that matter most, to those who are nearest; two rounds of fewer than twenty-five runs. */
export const QUICK_SET: RunSet = {
  contenders: KINDS,
  workloads: [
    { workload: 'throughput', measureMs: CLOSED_MS },
    { workload: 'pattern-matching', measureMs: CLOSED_MS },
    { workload: 'latency', contenders: NEAREST },
    { workload: 'latency-spike', contenders: WAITING },
    { workload: 'priority-fairness', contenders: QUEUES, measureMs: RARE_MS },
    { workload: 'market-data', contenders: OURS_AND_STANDARD },
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
