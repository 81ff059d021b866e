// Fails when a published package changed since its last release and no changeset tells its users about it.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { publishedPackages, ROOT } from './workspace.mjs';

/** What of a package its users see. */
const PUBLISHED_PATHS = ['src', 'package.json'];

/** @param {string} root @param {string[]} args @returns {string} */
function git(root, args) {
  const done = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')} failed: ${done.error?.message ?? done.stderr.trim()}`);
  return done.stdout.trim();
}

/**
 * Whether the package differs from its last release. A release writes the changelog, so the last commit of CHANGELOG.md is
 * the last release; a package without one was never released.
 *
 * @param {string} root
 * @param {string} folder
 */
function hasChanged(root, folder) {
  const release = git(root, ['log', '-1', '--format=%H', '--', `${folder}/CHANGELOG.md`]);
  const paths = PUBLISHED_PATHS.map((path) => `${folder}/${path}`);
  if (release === '') return git(root, ['ls-files', '--', `${folder}/src`]) !== '';
  return git(root, ['diff', '--name-only', release, '--', ...paths]) !== '';
}

/**
 * The packages that one changeset names, from the lines between its `---`: `'@tradewind/core': minor`.
 *
 * @param {string} file For the error.
 * @param {string} text
 * @returns {string[]}
 */
export function packagesNamedBy(file, text) {
  const header = /^---\n([\s\S]*?)\n?---\n/.exec(text)?.[1];
  if (header === undefined) throw new Error(`.changeset/${file}: expected a header between two lines of ---`);
  return header
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const name = /^['"]?(@?[\w./-]+)['"]?: (?:patch|minor|major)$/.exec(line)?.[1];
      if (!name) throw new Error(`.changeset/${file}: expected a line such as '@tradewind/core': minor; got ${line}`);
      return name;
    });
}

/**
 * One sentence for every package that changed untold, and for every changeset that names a package which does not exist.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function findMissingChangesets(root) {
  const packages = publishedPackages(root);
  const folder = join(root, '.changeset');
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
    : [];
  const named = files.flatMap((file) =>
    packagesNamedBy(file, readFileSync(join(folder, file), 'utf8')).map((name) => ({ file, name })),
  );
  const unknown = named
    .filter(({ name }) => !packages.some(({ manifest }) => manifest.name === name))
    .map(({ file, name }) => `.changeset/${file}: ${name} is not a published package of this workspace`);
  const untold = packages
    .filter(({ manifest }) => !named.some(({ name }) => name === manifest.name))
    .filter((member) => hasChanged(root, member.folder))
    .map(
      ({ manifest }) => `${manifest.name} changed since its last release; describe it with: npm run exec -- changeset`,
    );
  return [...unknown, ...untold];
}

if (import.meta.main) {
  const problems = findMissingChangesets(ROOT);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'changesets: every change is told' : `changesets: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
