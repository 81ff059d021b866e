// Which packages the workspace has. Plain Node 20 without a dependency: it also runs before the install.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the workspace. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @typedef {object} Manifest The part of a package.json that the tooling reads.
 * @property {string} name
 * @property {string} [version]
 * @property {boolean} [private]
 * @property {string} [main]
 * @property {string} [packageManager]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {{ needs?: string[] }} [tradewind] `needs`: system programs that the package's tests start.
 *
 * @typedef {object} WorkspacePackage
 * @property {string} folder Relative to the root, with forward slashes: `packages/core`.
 * @property {string} path Absolute.
 * @property {Manifest} manifest
 */

/** @param {string} folder @returns {Manifest} */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Every member that pnpm-workspace.yaml names, sorted by folder, the root itself left out.
 *
 * Only the two forms that this workspace uses are read: `folder` and `folder/*`.
 *
 * @param {string} [root]
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages(root = ROOT) {
  return workspaceGlobs(root)
    .flatMap((glob) => (glob.endsWith('/*') ? childFolders(root, glob.slice(0, -2)) : [glob]))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .toSorted()
    .map((folder) => ({ folder, path: join(root, folder), manifest: readManifest(join(root, folder)) }));
}

/** Packages that go to the registry. @param {string} [root] @returns {WorkspacePackage[]} */
export function publishedPackages(root = ROOT) {
  return workspacePackages(root).filter(({ manifest }) => manifest.private !== true);
}

/** @param {string} root @returns {string[]} */
function workspaceGlobs(root) {
  const lines = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').split('\n');
  const start = lines.indexOf('packages:');
  if (start === -1)
    throw new Error('pnpm-workspace.yaml has no line "packages:"; the tooling finds the packages by it.');
  const end = lines.findIndex((line, index) => index > start && !/^\s+- /.test(line));
  return lines.slice(start + 1, end === -1 ? undefined : end).map((line) => line.trim().slice(2));
}

/** @param {string} root @param {string} parent @returns {string[]} */
function childFolders(root, parent) {
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);
}
