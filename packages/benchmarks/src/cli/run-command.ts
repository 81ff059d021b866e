import { ProgressLine } from '../output/progress-line.ts';
import { runComparison } from '../running/run-comparison.ts';
import { concludeRun, storeOf, type RunCommand } from './conclude-run.ts';
import { playRecording } from './play-recording.ts';
import { FULL_SET, QUICK_SET, tasksOf } from './sets.ts';

/** Runs a comparison and tells it. The exit code is 1 when a contender failed, lost messages or was left out, or a gate was broken. */
export async function runCommand(options: RunCommand): Promise<number> {
  const set = options.quick ? QUICK_SET : FULL_SET;
  const store = storeOf(options);
  // What a folder of baselines refuses is said before minutes are spent on measuring.
  if (options.pin === undefined) store?.pinned();
  else store?.checkUnpinned(options.pin);
  playRecording(options.recording);
  const progress = new ProgressLine(process.stderr);
  const result = await runComparison({
    contenders: options.contenders ?? set.contenders,
    workloads: tasksOf(set, options),
    rounds: options.rounds ?? set.rounds,
    measureMs: set.measureMs,
    budgetMs: options.rounds === undefined ? set.budgetMs : undefined,
    limitMs: options.rounds === undefined ? set.limitMs : undefined,
    onProgress: ({ done, total, workload, contender }) => progress.show(done, total, `${workload}: ${contender}`),
  });
  progress.clear();
  return concludeRun(result, options);
}
