import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonResult } from '../running/run-comparison.ts';
import { comparisonPage } from './markdown.ts';
import { pictures } from './pictures.ts';

/**
 * Writes a comparison into a folder: `comparison.json` with everything, `comparison.md`, and `comparison/` with the pictures. What was there
 * under these names is replaced.
 *
 * @returns The paths of the files.
 */
export function writeReport(
  result: ComparisonResult,
  options: { readonly folder: string; readonly command: string },
): readonly string[] {
  const drawn = pictures(result);
  const pictureFolder = join(options.folder, 'comparison');
  mkdirSync(pictureFolder, { recursive: true });
  const page = comparisonPage(result, { command: options.command, pictures: [...drawn.keys()] });
  const files: readonly (readonly [string, string])[] = [
    [join(options.folder, 'comparison.json'), `${JSON.stringify(result)}\n`],
    [join(options.folder, 'comparison.md'), page],
    ...[...drawn].map(([name, svg]) => [join(pictureFolder, name), svg] as const),
  ];
  for (const [path, content] of files) writeFileSync(path, content);
  return files.map(([path]) => path);
}
