import type { Random } from '@tradewind/core-types';
import { runChild } from '../running/run-child.ts';
import { BenchmarkError } from '../errors.ts';
import type { RoundPair } from './judge.ts';

/** Two sides of one workload, and the figure that is compared. */
export interface InterleavedTask {
  /** References of contenders, as a child process loads them. */
  readonly base: string;
  readonly head: string;
  readonly workload: string;
  readonly metric: string;
  readonly measureMs: number;
}

/**
 * One round: both sides in fresh processes, in random order.
 *
 * @throws BenchmarkError `RUN_FAILED` when a side failed or its receipts are wrong: a build that loses messages has no speed.
 */
export async function runRound(
  task: InterleavedTask,
  options: { readonly random: Random; readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<RoundPair> {
  const side = async (name: 'base' | 'head'): Promise<number> => {
    const { workload, metric, measureMs } = task;
    const child = { contender: task[name], workload, measureMs, seed: options.seed };
    const result = await runChild(child, options.signal);
    const figure = result.metrics[metric];
    if (result.outcome === 'measured' && figure !== undefined && figure > 0) return figure;
    throw new BenchmarkError('RUN_FAILED', {
      message: `The run of ${workload} on ${name} gave no ${metric}: ${result.problems.join('; ') || result.outcome}.`,
      hint: 'Run the workload on that build alone and mend what it says first.',
    });
  };
  if (options.random.next() < 0.5) {
    const base = await side('base');
    return [base, await side('head')];
  }
  const head = await side('head');
  return [await side('base'), head];
}
