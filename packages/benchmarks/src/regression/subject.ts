import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { BenchmarkError } from '../errors.ts';

/** One side of a comparison of two builds, ready to run. */
export interface Subject {
  /** As it was given. */
  readonly name: string;
  /** The commit, for a git reference. */
  readonly commit?: string | undefined;
  readonly folder: string;
}

/** How a git reference becomes a folder that runs. */
export interface SubjectOptions {
  /** A folder of the repository, which relative paths begin at. Default: the current folder. */
  readonly repository?: string | undefined;
  /** Where checked-out revisions are kept, one folder for each commit and build command. Default `.cache/tradewind-bench` of the repository; not in `node_modules`, where Node runs no TypeScript. */
  readonly cacheFolder?: string | undefined;
  /** A shell command that makes either side ready, run in its folder. Default: an install by the lockfile for revisions, nothing for folders. */
  readonly build?: string | undefined;
}

const exec = promisify(execFile);
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const LONGEST_BUILD_MS = 600_000;
const HASH_CHARACTERS = 12;

/**
 * A folder as it is, or a git reference checked out beside the repository, so that neither the working tree nor its index is touched. Each
 * commit is made ready once by each build command.
 *
 * @throws BenchmarkError `SUBJECT_NOT_BUILT` for a name that is neither a folder nor a reference, and for a build that fails.
 */
export async function prepareSubject(name: string, options: SubjectOptions = {}): Promise<Subject> {
  const start = resolve(options.repository ?? '.');
  const asFolder = resolve(start, name);
  if (existsSync(asFolder) && statSync(asFolder).isDirectory()) {
    if (options.build !== undefined) await build(asFolder, options.build);
    return { name, folder: asFolder };
  }
  const commit = await commitOf(start, name);
  const { stdout } = await exec('git', ['rev-parse', '--show-toplevel'], { cwd: start });
  const repository = stdout.trim();
  const cache = options.cacheFolder ?? join(repository, '.cache', 'tradewind-bench');
  // By another command it is another build.
  const suffix =
    options.build === undefined
      ? ''
      : `-${createHash('sha256').update(options.build).digest('hex').slice(0, HASH_CHARACTERS)}`;
  const folder = join(cache, `${commit}${suffix}`);
  if (!existsSync(folder)) {
    // Made beside and moved when complete: an interrupted build is no subject.
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(cache, '.gitignore'), '*\n');
    try {
      await run(repository, 'sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, unfinished]);
      await build(unfinished, options.build ?? defaultInstall(unfinished, name));
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return { name, commit, folder };
}

/** The URL of a module in a subject. @throws BenchmarkError `SUBJECT_NOT_BUILT` when it is not there. */
export function moduleOf(subject: Subject, path: string): string {
  const file = join(subject.folder, path);
  if (existsSync(file)) return pathToFileURL(file).href;
  throw new BenchmarkError('SUBJECT_NOT_BUILT', {
    message: `Expected ${path} in ${subject.name}; it is not there.`,
    hint: 'Give a build command that makes it (--build), or a module that both sides have and that exports `contender` (--contender-module).',
  });
}

async function commitOf(repository: string, name: string): Promise<string> {
  try {
    const { stdout } = await exec('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
      cwd: repository,
    });
    return stdout.trim();
  } catch (cause) {
    throw new BenchmarkError('SUBJECT_NOT_BUILT', {
      message: `Expected a folder or a git reference; got "${name}".`,
      hint: 'Give a branch, a tag, a commit, or the path of a checkout.',
      cause,
    });
  }
}

/** By the package manager that the revision pins. */
function defaultInstall(folder: string, name: string): string {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) {
    throw new BenchmarkError('SUBJECT_NOT_BUILT', {
      message: `Expected a package.json at the root of ${name}, to install what it needs; there is none.`,
      hint: 'Give the command that makes a side ready (--build), `true` where nothing is to be done.',
    });
  }
  const { packageManager = '' } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly packageManager?: string };
  return packageManager.startsWith('pnpm@')
    ? `npx --yes --prefer-offline --package ${packageManager} -c "pnpm install --frozen-lockfile --prefer-offline"`
    : 'npm ci';
}

async function build(folder: string, command: string): Promise<void> {
  await run(folder, 'sh', ['-c', command]);
}

async function run(cwd: string, command: string, args: readonly string[]): Promise<void> {
  try {
    await exec(command, args, { cwd, maxBuffer: MAX_OUTPUT_BYTES, timeout: LONGEST_BUILD_MS });
  } catch (cause) {
    throw new BenchmarkError('SUBJECT_NOT_BUILT', {
      message: `${[command, ...args].join(' ')} failed in ${cwd}: ${cause instanceof Error ? cause.message.slice(0, 2000) : String(cause)}`,
      hint: 'Run it there by hand, and compare again when it works.',
      cause,
    });
  }
}
