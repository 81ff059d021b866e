import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonResult } from '../running/run-comparison.ts';
import { readComparisonReport, withNewerComparison } from './comparison-report.ts';
import { comparisonPage, inPageOrder } from './markdown.ts';
import { pictures } from './pictures.ts';

/**
 * Writes a comparison into a folder: `comparison.json` with everything, `comparison.md`, and `comparison/` with the pictures. Workloads that are there already
 * and were not run this time stay as they are, and the page says which run each is of; pictures that nobody draws any more go.
 *
 * @returns The paths of the files.
 * @throws BenchmarkError `UNREADABLE_RESULT` when the `comparison.json` that is there is none.
 */
export function writeReport(
  result: ComparisonResult,
  options: { readonly folder: string; readonly command: string },
): readonly string[] {
  const { folder, command } = options;
  const json = join(folder, 'comparison.json');
  const report = withNewerComparison(readComparisonReport(json), { command, result });
  const drawn = pictures({ workloads: inPageOrder(report).map(({ workload }) => workload) });
  const pictureFolder = join(folder, 'comparison');
  mkdirSync(pictureFolder, { recursive: true });
  for (const old of readdirSync(pictureFolder).filter((name) => name.endsWith('.svg')))
    rmSync(join(pictureFolder, old));
  const files: readonly (readonly [string, string])[] = [
    [json, `${JSON.stringify(report)}\n`],
    [join(folder, 'comparison.md'), comparisonPage(report, [...drawn.keys()])],
    ...[...drawn].map(([name, svg]) => [join(pictureFolder, name), svg] as const),
  ];
  for (const [path, content] of files) writeFileSync(path, content);
  return files.map(([path]) => path);
}
