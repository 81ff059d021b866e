import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { callersFolder } from './callers-folder.ts';
import {
  compressionRows,
  configurationPage,
  configurationPictures,
  configurationRows,
} from '../output/configuration-page.ts';
import { environmentLine } from '../output/markdown.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { alignColumns } from '../output/table.ts';
import { profileConfigurations, type ConfigurationProfiles } from '../profiling/profile-configurations.ts';

/** What becomes of the profiles. */
export interface ConfigurationsCommand {
  readonly write: boolean;
  readonly json: boolean;
  readonly out: string | undefined;
}

/** Profiles the configurations of the buffered client and tells them. The exit code is 1 when receipts were wrong. */
export async function configurationsCommand(options: ConfigurationsCommand): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const result = await profileConfigurations({
    onProgress: (done, total, name) => progress.show(done, total, name),
  });
  progress.clear();
  const tables = [configurationRows(result.configurations), compressionRows(result.compressions)];
  const text = tables.map((rows) => `${alignColumns(rows).join('\n')}\n`).join('\n');
  console.log(options.json ? JSON.stringify(result) : `${text}\n${environmentLine(result.fingerprint)}`);
  if (options.write || options.out !== undefined) {
    write(result, resolve(callersFolder(), options.out ?? join('docs', 'benchmarks')));
  }
  return result.configurations.every(({ result: { problems } }) => problems.length === 0) ? 0 : 1;
}

function write(result: ConfigurationProfiles, folder: string): void {
  const pictureFolder = join(folder, 'configurations');
  mkdirSync(pictureFolder, { recursive: true });
  for (const [name, svg] of configurationPictures(result)) writeFileSync(join(pictureFolder, name), svg);
  writeFileSync(join(folder, 'configurations.md'), configurationPage(result));
  writeFileSync(join(folder, 'configurations.json'), `${JSON.stringify(result)}\n`);
  console.error(`Wrote configurations.md, its JSON and its pictures to ${folder}.`);
}
