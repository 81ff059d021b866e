import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchmarkError } from '../errors.ts';
import { experimentPage } from '../experiments/page.ts';
import { experimentPictures } from '../experiments/pictures.ts';
import { withNewer, type ExperimentReport, type RecordedExperiment } from '../experiments/report.ts';
import type { ExperimentSet } from './experiment-sets.ts';

/** Whether there are figures of an earlier run. */
export function isStored(set: ExperimentSet, folder: string): boolean {
  return existsSync(join(folder, `${set.file}.json`));
}

/** Says that there is nothing to draw again; returns the exit code for it. */
export function nothingStored(path: string): number {
  console.error(`Expected the figures of an earlier run in ${path}; there is no such file. Run it with --write first.`);
  return 2;
}

/**
 * Writes the page of a set, its JSON and its pictures. What was not run this time keeps its figures, and where and when they are from; pictures
 * that nobody draws any more go.
 *
 * @throws BenchmarkError `UNREADABLE_RESULT` when the figures of earlier runs cannot be read: they would be lost.
 */
export function writeSet(set: ExperimentSet, recorded: readonly RecordedExperiment[], folder: string): void {
  const path = join(folder, set.file);
  const report = withNewer(storedIn(`${path}.json`), recorded, set.experiments);
  const drawn = experimentPictures(set.experiments, report);
  mkdirSync(path, { recursive: true });
  for (const old of readdirSync(path).filter((name) => name.endsWith('.svg'))) rmSync(join(path, old));
  for (const [name, svg] of [...drawn.values()].flatMap((files) => [...files])) writeFileSync(join(path, name), svg);
  const paths = new Map(
    [...drawn].map(([name, files]) => [name, [...files.keys()].map((file) => `${set.file}/${file}`)]),
  );
  writeFileSync(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(`${path}.md`, `${experimentPage(set.text, report, paths).trimEnd()}\n`);
}

function storedIn(path: string): ExperimentReport | undefined {
  if (!existsSync(path)) return undefined;
  let stored: Partial<ExperimentReport> | null = null;
  let cause: unknown;
  try {
    stored = JSON.parse(readFileSync(path, 'utf8')) as Partial<ExperimentReport> | null;
  } catch (error) {
    cause = error;
  }
  if (Array.isArray(stored?.recorded)) return { recorded: stored.recorded };
  throw new BenchmarkError('UNREADABLE_RESULT', {
    message: `Expected the figures of earlier runs in ${path}; there are none that can be read.`,
    hint: 'Restore the file from version control, or delete it.',
    cause,
  });
}
