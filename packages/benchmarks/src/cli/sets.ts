import { CONTENDERS } from '../contenders/builtin.ts';
import { WORKLOADS } from '../workloads/builtin.ts';

/** A set of runs that fits into its time. */
export interface RunSet {
  readonly contenders: readonly string[];
  readonly workloads: readonly string[];
  readonly rounds: number;
  readonly measureMs: number;
  readonly budgetMs: number;
  /** What a slow or busy machine has not begun by then is left out. */
  readonly limitMs: number;
}

/** Everything in one process, in five minutes: as many rounds as they have room for. */
export const FULL_SET: RunSet = {
  contenders: CONTENDERS.map(({ name }) => name),
  workloads: WORKLOADS.map(({ name }) => name),
  rounds: 5,
  measureMs: 200,
  budgetMs: 280_000,
  limitMs: 290_000,
};

/** A first look in a minute: the questions that matter most, to those who are nearest. */
export const QUICK_SET: RunSet = {
  contenders: ['MessageBus', 'BufferedMessageBusClient', 'baseline', 'eventemitter3', 'mqemitter', 'fastq'],
  workloads: ['throughput', 'pattern-matching', 'latency', 'priority-fairness', 'market-data', 'order-flow'],
  rounds: 2,
  measureMs: 150,
  budgetMs: 55_000,
  limitMs: 55_000,
};
