// The rules of the floors, over one workspace.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { workspacePackages } from '../workspace.mjs';
import { CONTRACTS_ONLY_FLOORS, FLOORS, TEST_SUITES } from './floors.mjs';
import { importsOf } from './imports.mjs';

/**
 * @typedef {import('../workspace.mjs').WorkspacePackage} WorkspacePackage
 *
 * @typedef {object} House
 * @property {Map<string, WorkspacePackage>} byName
 * @property {string[]} violations One sentence each, beginning with where.
 */

/** Folders of a package whose modules are checked; only the first is published, the rest may also use dev dependencies. */
const SOURCE_FOLDERS = ['src', 'test', 'bench'];
/** What the benchmarks of the packages share; it is no package, and nothing of it is published. */
const BENCH_HARNESS = join('tooling', 'bench');
const MODULE = /\.[cm]?[jt]sx?$/;

/**
 * Every upward, sideways or undeclared use of one workspace package by another, and every relative import that leaves its
 * package, as one sentence each; none when the house stands.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function findFloorViolations(root) {
  const packages = workspacePackages(root);
  /** @type {House} */
  const house = { byName: new Map(packages.map((member) => [member.manifest.name, member])), violations: [] };
  for (const member of packages) {
    if (!FLOORS.has(member.folder)) {
      house.violations.push(`${member.folder}: stands on no floor; give it a line in tooling/floors/floors.mjs`);
      continue;
    }
    checkManifest(house, member);
    checkModules(house, root, member);
  }
  return house.violations;
}

/** @param {WorkspacePackage} member */
const floorOf = ({ folder }) => FLOORS.get(folder) ?? Number.POSITIVE_INFINITY;

/**
 * Why `user` may not use `used` at run time, or undefined when it may.
 *
 * @param {WorkspacePackage} user
 * @param {WorkspacePackage} used
 * @returns {string | undefined}
 */
function whyNot(user, used) {
  const [from, to] = [floorOf(user), floorOf(used)];
  if (to > from) return `goes up from floor ${from} to floor ${to}`;
  if (to === from) return `goes sideways on floor ${from}`;
  if (CONTRACTS_ONLY_FLOORS.has(from) && to !== 0) return `floor ${from} uses floor 0 alone, this is floor ${to}`;
  return undefined;
}

/** Tests may also use whatever is lower, and the conformance suites. @param {WorkspacePackage} user @param {WorkspacePackage} used */
function whyNotInTests(user, used) {
  const [from, to] = [floorOf(user), floorOf(used)];
  if (to < from || (used.folder === TEST_SUITES && from >= to)) return undefined;
  return whyNot(user, used);
}

/** @param {House} house @param {WorkspacePackage} member */
function checkManifest(house, member) {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = member.manifest;
  const kinds = { dependencies, peerDependencies, optionalDependencies, devDependencies };
  for (const [kind, names] of Object.entries(kinds)) {
    const rule = kind === 'devDependencies' ? whyNotInTests : whyNot;
    for (const name of Object.keys(names ?? {})) {
      const used = house.byName.get(name);
      const reason = used && rule(member, used);
      if (reason) house.violations.push(`${member.folder}/package.json: ${kind} has ${name}: ${reason}`);
    }
  }
}

/** @param {House} house @param {string} root @param {WorkspacePackage} member */
function checkModules(house, root, member) {
  for (const path of modulesOf(member)) {
    for (const { specifier, line } of importsOf(path, readFileSync(path, 'utf8'))) {
      const reason = specifier.startsWith('.')
        ? whyNotRelative(root, member, path, specifier)
        : whyNotImported(house, member, path, specifier);
      const where = `${relative(root, path).split(sep).join('/')}:${line}`;
      if (reason) house.violations.push(`${where}: imports ${specifier}: ${reason}`);
    }
  }
}

/** @param {string} root @param {WorkspacePackage} member @param {string} path @param {string} specifier */
function whyNotRelative(root, member, path, specifier) {
  const target = resolve(dirname(path), specifier);
  const isHarness =
    path.startsWith(join(member.path, 'bench') + sep) && target.startsWith(join(root, BENCH_HARNESS) + sep);
  return isHarness || target.startsWith(member.path + sep)
    ? undefined
    : `leaves ${member.folder}; import the package by its name`;
}

/** @param {House} house @param {WorkspacePackage} member @param {string} path @param {string} specifier */
function whyNotImported(house, member, path, specifier) {
  const used = house.byName.get(packageNameOf(specifier));
  if (!used || used === member) return undefined;
  const published = path.startsWith(join(member.path, 'src') + sep);
  const reason = published ? whyNot(member, used) : whyNotInTests(member, used);
  return reason ?? whyUndeclared(member, used.manifest.name, published);
}

/** @param {WorkspacePackage} member @param {string} name @param {boolean} published */
function whyUndeclared({ manifest }, name, published) {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  if (name in declared || (!published && name in (manifest.devDependencies ?? {}))) return undefined;
  return published ? 'package.json does not name it as a dependency' : 'package.json does not name it';
}

/** @param {string} specifier */
function packageNameOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Examples keep their modules in the package folder itself. @param {WorkspacePackage} member @returns {string[]} */
function modulesOf({ folder, path }) {
  const folders = folder === 'examples' ? [path] : SOURCE_FOLDERS.map((name) => join(path, name));
  return folders.filter((each) => existsSync(each)).flatMap((each) => modulesIn(each));
}

/** @param {string} folder @returns {string[]} */
function modulesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'plugin-template')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return modulesIn(path);
      return MODULE.test(entry.name) && entry.name !== 'vitest.config.ts' ? [path] : [];
    });
}
