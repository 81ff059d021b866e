// Makes sure that the system programs are there which the tests start.
//
// A test that cannot run must fail, not pass. So a missing program is installed where that is harmless (root on Debian or
// Ubuntu: a container or a CI machine); elsewhere everything that is missing is named at once, with the one command to run.

import { spawnSync } from 'node:child_process';

import { PROGRAMS } from './programs.mjs';
import { hasCommand, packageManagerOf, thisSystem } from './system.mjs';

/**
 * @typedef {import('../workspace.mjs').WorkspacePackage} WorkspacePackage
 * @typedef {import('./system.mjs').System} System
 */

/**
 * The programs that these packages declare under `tradewind.needs`, each with the folders that need it.
 *
 * @param {Pick<WorkspacePackage, 'folder' | 'manifest'>[]} packages
 * @returns {Map<string, string[]>}
 */
function neededPrograms(packages) {
  /** @type {Map<string, string[]>} */
  const needed = new Map();
  for (const { folder, manifest } of packages) {
    for (const name of manifest.tradewind?.needs ?? []) {
      if (!Object.hasOwn(PROGRAMS, name)) {
        throw new Error(
          `${folder}/package.json: "tradewind.needs" has "${name}"; expected one of ${Object.keys(PROGRAMS).join(', ')}. ` +
            'A new program belongs into tooling/bootstrap/programs.mjs.',
        );
      }
      needed.set(name, [...(needed.get(name) ?? []), folder]);
    }
  }
  return needed;
}

/**
 * Installs or lists what is missing.
 *
 * @param {Pick<WorkspacePackage, 'folder' | 'manifest'>[]} packages
 * @param {System} [system]
 * @returns {number} An exit code: 0 when every needed program is there.
 */
export function bootstrap(packages, system = thisSystem()) {
  const needed = neededPrograms(packages);
  const findMissing = () => [...needed.keys()].filter((name) => !isPresent(system, name));

  let missing = findMissing();
  if (missing.length === 0) return 0;
  if (system.isRoot && packageManagerOf(system) === 'apt') {
    installWithApt(system, missing);
    missing = findMissing();
  }
  if (missing.length === 0) return 0;

  system.print('The tests need system programs that are missing:');
  for (const name of missing) system.print(`  ${name} (for ${needed.get(name)?.join(', ')}): ${PROGRAMS[name]?.home}`);
  const command = installCommand(system, missing);
  if (command) system.print(`Install them, then run the same command again:\n  ${command}`);
  else system.print('Install them and put them on the PATH, then run the same command again.');
  return 1;
}

/** @param {System} system @param {string} name */
function isPresent(system, name) {
  return PROGRAMS[name]?.commands.some((command) => hasCommand(system, command)) ?? false;
}

/** @param {string[]} names @param {import('./programs.mjs').PackageManager} manager @returns {string[]} */
function packagesFor(names, manager) {
  return names.flatMap((name) => PROGRAMS[name]?.packages[manager] ?? []);
}

/**
 * The one command for this platform, or undefined when its package manager has none of them.
 *
 * @param {System} system
 * @param {string[]} names
 * @returns {string | undefined}
 */
function installCommand(system, names) {
  const manager = packageManagerOf(system);
  const packages = manager ? packagesFor(names, manager) : [];
  if (!manager || packages.length === 0) return undefined;
  if (manager === 'brew') return packages.map((name) => `brew install ${name}`).join(' && ');
  if (manager === 'dnf') return `sudo dnf install -y ${packages.join(' ')}`;
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** @param {System} system @param {string[]} names */
function installWithApt(system, names) {
  const install = ['install', '-y', '--no-install-recommends', ...packagesFor(names, 'apt')];
  system.print(`The tests need ${names.join(', ')}; installing: apt-get update && apt-get ${install.join(' ')}`);
  for (const args of [['update', '-qq'], install]) {
    // A failed update is not the end: the lists that are there may do. Whether the install worked is seen by looking again.
    spawnSync('apt-get', args, {
      env: { ...system.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 2, 2],
    });
  }
  for (const name of names) stopService(system, name);
}

/** Debian starts what it installs, on its usual port; the tests start their own on free ones. @param {System} system @param {string} name */
function stopService(system, name) {
  const service = PROGRAMS[name]?.service;
  if (!service || !hasCommand(system, 'service')) return;
  // Where nothing runs it fails, and that is as well.
  spawnSync('service', [service, 'stop'], { env: system.env, stdio: 'ignore' });
}
