// The Node that the workspace runs on: pinned, and installed from the registry like any other package.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readManifest, ROOT } from '../workspace.mjs';

/** @returns {string} The path of the pinned Node for this platform. */
export function pinnedNode() {
  const packages = Object.keys(readManifest(ROOT).optionalDependencies ?? {}).filter((name) =>
    name.startsWith('node-'),
  );
  const found = packages
    .map((name) => join(ROOT, 'node_modules', name, 'bin', 'node'))
    .find((path) => existsSync(path));
  if (!found) {
    throw new Error(
      `Expected one of ${packages.join(', ')} to be installed; none fits ${process.platform}-${process.arch}. ` +
        'The workspace runs on Linux and macOS, x64 and arm64; on Windows use WSL.',
    );
  }
  return found;
}
