import { resolve } from 'node:path';
import { environmentLine, shortfalls } from '../output/markdown.ts';
import { comparisonTable } from '../output/table.ts';
import { writeReport } from '../output/write-report.ts';
import { BaselineStore } from '../regression/baselines.ts';
import type { ComparisonResult } from '../running/run-comparison.ts';
import { callersFolder } from './callers-folder.ts';
import { keepBaseline } from './keep-baseline.ts';
import type { CommandLine } from './options.ts';

/** A command line that runs a comparison. */
export type RunCommand = Extract<CommandLine, { readonly command: 'run' }>;

/** The baselines that a run is for; undefined where it is for none. */
export function storeOf({ baselines }: RunCommand): BaselineStore | undefined {
  return baselines === undefined ? undefined : new BaselineStore(resolve(callersFolder(), baselines));
}

/**
 * Tells a comparison that was run, writes what is to be written, and returns the exit code: 1 when a contender failed, lost messages or was left out, a gate
 * was broken, or it is not pinned that was to be.
 */
export function concludeRun(result: ComparisonResult, options: RunCommand): number {
  console.log(
    options.json ? JSON.stringify(result) : `${comparisonTable(result)}\n\n${environmentLine(result.fingerprint)}`,
  );
  if (options.write || options.out !== undefined) {
    const folder = resolve(callersFolder(), options.out ?? 'docs/benchmarks');
    const written = writeReport(result, { folder, command: commandOf(options) });
    console.error(`Wrote ${written.length} files to ${folder}.`);
  }
  for (const shortfall of shortfalls(result)) console.error(shortfall);
  const isSound =
    (result.runsLeftOut ?? 0) === 0 &&
    result.workloads.every(({ cells }) => cells.every(({ outcome }) => outcome === 'measured' || outcome === 'cannot'));
  const store = storeOf(options);
  const isGated = store === undefined || keepBaseline(result, { store, pin: options.pin, isSound, tell });
  return isSound && isGated ? 0 : 1;
}

function tell(line: string): void {
  console.error(line);
}

/** What prints the figures of a page again, from the root of the workspace. */
function commandOf({ quick, rounds, contenders, workloads, recording }: RunCommand): string {
  return [
    'npm run bench -- --write',
    ...(quick ? ['--quick'] : []),
    ...(rounds === undefined ? [] : [`--rounds ${rounds}`]),
    ...(workloads === undefined ? [] : [`--only ${workloads.join(',')}`]),
    ...(contenders === undefined ? [] : [`--contenders ${contenders.join(',')}`]),
    ...(recording === undefined ? [] : [`--recording ${recording}`]),
  ].join(' ');
}
