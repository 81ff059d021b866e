// What the bootstrap asks of the machine, kept apart so that its tests can put another machine in its place.

import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * @typedef {object} System
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} isRoot
 * @property {(line: string) => void} print
 */

/** @returns {System} */
export function thisSystem() {
  return { env: process.env, isRoot: process.getuid?.() === 0, print: (line) => console.error(line) };
}

/**
 * @param {System} system
 * @param {string} command A name, or an absolute path.
 */
export function hasCommand(system, command) {
  if (isAbsolute(command)) return isExecutable(command);
  const folders = (system.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => isExecutable(join(folder, command)));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {System} system @returns {import('./programs.mjs').PackageManager | undefined} */
export function packageManagerOf(system) {
  if (hasCommand(system, 'apt-get')) return 'apt';
  if (hasCommand(system, 'dnf')) return 'dnf';
  if (hasCommand(system, 'brew')) return 'brew';
  return undefined;
}
