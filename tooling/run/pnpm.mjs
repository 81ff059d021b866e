// Finds the pinned pnpm and runs it: the system needs only Node and npm.

import { spawn, spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

import { readManifest, ROOT } from '../workspace.mjs';

/** The pin, `pnpm@12.21.0`, without the hash that corepack may append. */
function pnpmPin() {
  const pin = readManifest(ROOT).packageManager?.split('+')[0];
  if (!pin?.startsWith('pnpm@')) {
    throw new Error(
      `package.json must pin pnpm in "packageManager", such as "pnpm@12.21.0"; it has ${pin ?? 'nothing'}.`,
    );
  }
  return pin;
}

/** @param {string[]} npxOptions @param {'ignore' | 'inherit'} stderr @returns {string | undefined} */
function locate(npxOptions, stderr) {
  const found = spawnSync('npx', [...npxOptions, '--yes', '--package', pnpmPin(), '-c', 'command -v pnpm'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', stderr],
  });
  return found.status === 0 ? found.stdout.trim() || undefined : undefined;
}

/** @type {{ path: string, env: NodeJS.ProcessEnv } | undefined} */
let located;

/**
 * The pinned pnpm and the environment to run it in; npx fetches it the first time.
 *
 * npx asks the registry even for what it has. So it is asked offline first, and only if that finds pnpm in npm's cache may
 * the install prefer what is cached too; on a machine with an empty cache that setting would make things worse.
 */
function pinnedPnpm() {
  if (located) return located;
  const cached = locate(['--offline'], 'ignore');
  const path = cached ?? locate([], 'inherit');
  if (!path) {
    throw new Error(
      `${pnpmPin()} could not be fetched with npx. Is the npm registry reachable? Try: npx --yes ${pnpmPin()} --version`,
    );
  }
  located = {
    path,
    env: {
      ...process.env,
      ...(cached ? { npm_config_prefer_offline: 'true' } : {}),
      PATH: [dirname(path), process.env['PATH']].join(delimiter),
      TURBO_TELEMETRY_DISABLED: '1',
    },
  };
  return located;
}

/**
 * Runs pnpm with the terminal inherited and resolves to its exit code.
 *
 * @param {string[]} args
 * @param {{ stdoutToStderr?: boolean }} [options]
 * @returns {Promise<number>}
 */
export function runPnpm(args, options = {}) {
  const { path, env } = pinnedPnpm();
  const child = spawn(path, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', options.stdoutToStderr ? 2 : 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a program of the workspace, such as `turbo`, on the pinned Node. @param {string[]} args @returns {Promise<number>} */
export function runInWorkspace(args) {
  return runPnpm(['exec', ...args]);
}

/** The environment in which the workspace's programs, the pinned Node first, are found by name. @returns {NodeJS.ProcessEnv} */
export function workspaceEnvironment() {
  return { ...process.env, PATH: [join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter) };
}
