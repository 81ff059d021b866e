import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { callersFolder } from './callers-folder.ts';
import { formatNumber } from '../output/format-figure.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { selfTestPage, selfTestRows } from '../output/self-test-page.ts';
import { alignColumns } from '../output/table.ts';
import { compareBuilds } from '../regression/compare-builds.ts';
import { selfTest, type SelfTestResult } from '../regression/self-test.ts';
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
export async function selfTestCommand({
  runs,
  rounds,
  out,
  json,
}: Extract<CommandLine, { readonly command: 'self-test' }>): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const path = out === undefined ? undefined : resolve(callersFolder(), out);
  const store = (result: SelfTestResult): void => {
    if (path === undefined) return;
    writeFileSync(`${path}.json`, `${JSON.stringify(result)}\n`);
    writeFileSync(`${path}.md`, selfTestPage(result));
  };
  const result = await selfTest({
    runs,
    rounds,
    onProgress: (done, total, text) => progress.show(done, total, text),
    onResult: store,
  });
  progress.clear();
  console.log(json ? JSON.stringify(result) : alignColumns(selfTestRows(result)).join('\n'));
  return 0;
}
