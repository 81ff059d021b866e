import { callersFolder } from './callers-folder.ts';
import { formatNumber } from '../output/format-figure.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { alignColumns } from '../output/table.ts';
import { compareBuilds } from '../regression/compare-builds.ts';
import { selfTest } from '../regression/self-test.ts';
import type { CommandLine } from './options.ts';

/** Compares two builds and tells it. The exit code is 1 when head is slower. */
export async function compareCommand(options: Extract<CommandLine, { readonly command: 'compare' }>): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  let steps = 0;
  const result = await compareBuilds({
    ...options,
    repository: callersFolder(),
    onProgress: (text) => progress.show(Math.min(99, (steps += 1) / 2), 100, text),
  });
  progress.clear();
  if (options.json) {
    console.log(JSON.stringify(result));
    return result.isRegression ? 1 : 0;
  }
  const rows = result.verdicts.map(
    ({ contender, workload, metric, baseMedian, headMedian, ratio, p, verdict, pairs }) => [
      contender,
      workload,
      metric,
      formatNumber(baseMedian),
      formatNumber(headMedian),
      `${ratio.toFixed(3)}x`,
      p < 0.0001 ? '<0.0001' : p.toFixed(4),
      String(pairs.length),
      verdict,
    ],
  );
  const heads = ['', 'workload', 'metric', options.base, options.head, 'ratio', 'p', 'rounds', 'head is'];
  console.log(alignColumns([heads, ...rows]).join('\n'));
  return result.isRegression ? 1 : 0;
}

/** Puts regression detection to the test on this machine and tells its rates. */
export async function selfTestCommand(
  options: Extract<CommandLine, { readonly command: 'self-test' }>,
): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const rounds = options.rounds ?? 60;
  let done = 0;
  const result = await selfTest({ rounds, onProgress: (text) => progress.show(done++, rounds, text) });
  progress.clear();
  if (options.json) {
    console.log(JSON.stringify(result));
    return 0;
  }
  const { falseAlarms, foundPlanted, foundMultiplied, plantedRatio } = result;
  const share = (count: number): string => `${((count / falseAlarms.comparisons) * 100).toFixed(1)} %`;
  console.log(
    `the same build called slower: ${share(falseAlarms.slower)}, called faster: ${share(falseAlarms.faster)}`,
  );
  console.log(
    `a planted loop that cost ${((plantedRatio - 1) * 100).toFixed(1)} % found: ${share(foundPlanted.slower)}`,
  );
  console.log(`figures multiplied by 1.05 found: ${share(foundMultiplied.slower)}`);
  return 0;
}
