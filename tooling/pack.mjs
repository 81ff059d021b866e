// Packs a package as a release would.

import { spawnSync } from 'node:child_process';

/**
 * Packs one built package with `pnpm pack`, which applies `publishConfig` and replaces `workspace:` and `catalog:`.
 *
 * @param {import('./workspace.mjs').WorkspacePackage} member
 * @param {string} destination An absolute path.
 * @returns {string} The absolute path of the tarball.
 */
export function packTarball(member, destination) {
  const done = spawnSync('pnpm', ['pack', '--json', '--pack-destination', destination], {
    cwd: member.path,
    encoding: 'utf8',
  });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`pnpm pack failed in ${member.folder}:\n${done.stdout}${done.stderr}`);
  return JSON.parse(done.stdout).filename;
}
