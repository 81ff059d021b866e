// Installs what is missing, and does nothing, offline and at once, when nothing is.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ROOT, workspacePackages } from '../workspace.mjs';
import { runPnpm } from './pnpm.mjs';

const STAMP = join('node_modules', '.cache', 'tradewind-install');

/**
 * What an install depends on: lockfile, settings, every manifest, and the platform that the native packages are for.
 *
 * @param {string} root
 * @returns {string}
 */
function installFingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const manifests = workspacePackages(root).map(({ folder }) => `${folder}/package.json`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash
      .update(`${file}\n`)
      .update(readFileSync(join(root, file)))
      .update('\n');
  }
  return hash.digest('hex');
}

/** @param {string} root @returns {boolean} */
export function isInstalled(root) {
  const stamp = join(root, STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== installFingerprint(root)) return false;
  return workspacePackages(root).every(({ path }) => existsSync(join(path, 'node_modules')));
}

/** @param {string} root */
export function markInstalled(root) {
  mkdirSync(dirname(join(root, STAMP)), { recursive: true });
  writeFileSync(join(root, STAMP), installFingerprint(root));
}

/** Everything that pnpm prints goes to stderr: the output of the demo and the bench is theirs alone. @returns {Promise<number>} */
export async function install() {
  if (isInstalled(ROOT)) return 0;
  const code = await runPnpm(['install', '--frozen-lockfile'], { stdoutToStderr: true });
  if (code === 0) markInstalled(ROOT);
  return code;
}
