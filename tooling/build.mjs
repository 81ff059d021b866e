// Builds the package in the current folder with `tsc -b` and deletes what an earlier build left behind in `dist`.
//
// `tsc -b` is incremental and never deletes: a source that was renamed would stay in `dist`, and so in the tarball.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = /(?:\.d\.ts|\.js)(?:\.map)?$/;

/** A page, which a package bundles into its own folder with a script of its own. */
const PAGE = /^ui[/\\]/;

/**
 * Deletes every output in `dist` whose source is gone, a page in `dist/ui` excepted.
 *
 * @param {string} packageFolder
 * @returns {string[]} The deleted paths, relative to `dist`.
 */
export function removeStaleOutputs(packageFolder) {
  const dist = join(packageFolder, 'dist');
  if (!existsSync(dist)) return [];
  const stale = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
    .filter((path) => !PAGE.test(path))
    .filter((path) => !OUTPUT.test(path) || !existsSync(join(packageFolder, 'src', path.replace(OUTPUT, '.ts'))));
  for (const path of stale) rmSync(join(dist, path));
  return stale;
}

if (import.meta.main) {
  const built = spawnSync('tsc', ['-b'], { stdio: 'inherit' });
  if (built.error) throw built.error;
  if (built.status === 0) removeStaleOutputs(process.cwd());
  process.exitCode = built.status ?? 1;
}
