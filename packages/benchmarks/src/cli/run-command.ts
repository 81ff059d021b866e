import { resolve } from 'node:path';
import { callersFolder } from './callers-folder.ts';
import { writeReport } from '../output/write-report.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { comparisonTable } from '../output/table.ts';
import { environmentLine, shortfalls } from '../output/markdown.ts';
import { baselineOf, BaselineStore } from '../regression/baselines.ts';
import { checkGates } from '../regression/gates.ts';
import { runComparison, type ComparisonResult } from '../running/run-comparison.ts';
import { formatNumber } from '../output/format-figure.ts';
import type { CommandLine } from './options.ts';
import { FULL_SET, QUICK_SET, tasksOf } from './sets.ts';

type RunCommand = Extract<CommandLine, { readonly command: 'run' }>;

/** Runs a comparison and tells it. The exit code is 1 when a contender failed, lost messages or was left out, or a gate was broken. */
export async function runCommand(options: RunCommand): Promise<number> {
  const set = options.quick ? QUICK_SET : FULL_SET;
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
  console.log(
    options.json ? JSON.stringify(result) : `${comparisonTable(result)}\n\n${environmentLine(result.fingerprint)}`,
  );
  if (options.write || options.out !== undefined) {
    const folder = resolve(callersFolder(), options.out ?? 'docs/benchmarks');
    const written = writeReport(result, { folder, command: commandOf(options) });
    console.error(`Wrote ${written.length} files to ${folder}.`);
  }
  for (const shortfall of shortfalls(result)) console.error(shortfall);
  const isGated =
    options.baselines === undefined || keepBaseline(resolve(callersFolder(), options.baselines), options.pin, result);
  const isComplete = (result.runsLeftOut ?? 0) === 0;
  const isSound = result.workloads.every(({ cells }) =>
    cells.every(({ outcome }) => outcome === 'measured' || outcome === 'cannot'),
  );
  return isSound && isComplete && isGated ? 0 : 1;
}

/** Adds the run to the trend, holds it against the pinned baseline, and pins it where that is asked for. */
function keepBaseline(folder: string, pin: string | undefined, result: ComparisonResult): boolean {
  const store = new BaselineStore(folder);
  const current = baselineOf(result);
  const pinned = store.pinned();
  store.append(current);
  if (pin !== undefined) {
    store.pin(pin, current);
    console.error(`Pinned ${Object.keys(current.figures).length} figures as the baseline of ${pin}.`);
    return true;
  }
  if (pinned === undefined) return true;
  const { isComparable, compared, violations } = checkGates(pinned, current);
  if (!isComparable) {
    console.error(`The baseline of ${pinned.release} is of another machine or Node: nothing was compared with it.`);
    return true;
  }
  for (const { figure, pinned: before, current: now, ratio } of violations) {
    console.error(
      `worse than ${pinned.release}: ${figure}: ${formatNumber(before)} -> ${formatNumber(now)} (${formatNumber(ratio)}x)`,
    );
  }
  console.error(
    `${compared} figures compared with ${pinned.release}, ${violations.length} worse than the gates allow.`,
  );
  return violations.length === 0;
}

/** What prints the figures of a page again, from the root of the workspace. */
function commandOf({ quick, rounds, contenders, workloads }: RunCommand): string {
  return [
    'npm run bench -- --write',
    ...(quick ? ['--quick'] : []),
    ...(rounds === undefined ? [] : [`--rounds ${rounds}`]),
    ...(workloads === undefined ? [] : [`--only ${workloads.join(',')}`]),
    ...(contenders === undefined ? [] : [`--contenders ${contenders.join(',')}`]),
  ].join(' ');
}
