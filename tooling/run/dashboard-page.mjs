// The page of the dashboard is built from its sources: the demo serves it, and a fresh clone has none yet.

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../workspace.mjs';

const MONITORING = join(ROOT, 'packages', 'monitoring');

/**
 * Builds the page where there is none, or one that is older than its sources. The demo runs without it too: what went wrong is said on stderr, and nothing
 * is written to stdout, which may be read by a program.
 *
 * @param {string} node The Node that builds it.
 */
export function buildDashboardPage(node) {
  if (!isOutdated()) return;
  const { status } = spawnSync(node, ['scripts/build-ui.ts'], {
    cwd: MONITORING,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) console.error('The page of the dashboard could not be built; the demo runs without it.');
}

/** @returns {boolean} */
function isOutdated() {
  const builtMs = statSync(join(MONITORING, 'dist', 'ui', 'app.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(join(MONITORING, 'ui'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs > builtMs);
}
