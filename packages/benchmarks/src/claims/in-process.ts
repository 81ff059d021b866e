import { BenchmarkError } from '../errors.ts';
import type { Run } from '../experiments/experiment.ts';
import { runChild } from '../running/run-child.ts';

/** How long the measured part takes, in milliseconds. */
export interface RunLength {
  readonly full: number;
  readonly quick: number;
}

/** A workload of one process as an experiment's run: a bus by its name, in a fresh process. */
export function inProcess(contender: string, workload: string, { full, quick }: RunLength): Run {
  return async (scale) => {
    const result = await runChild({ contender, workload, measureMs: scale.duration(full, quick), seed: 1 });
    if (result.outcome === 'measured') return result.metrics;
    throw new BenchmarkError('RUN_FAILED', {
      message: `The run of ${workload} on ${contender} is ${result.outcome}: ${result.problems.join('; ')}.`,
      hint: 'Its figures are not shown.',
    });
  };
}
