import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where and with what a result came about. Stored with every result: figures of two machines are not compared. */
export interface Fingerprint {
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** `git describe --always --dirty` of the working folder; absent outside of a repository. */
  readonly commit?: string | undefined;
  readonly node: string;
  readonly v8: string;
  /** Flags of the process, without paths. */
  readonly nodeFlags: readonly string[];
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  /** One-minute load average at the time: what else the machine had to do. */
  readonly loadAverage: number;
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Reads the machine, Node, and the installed versions of `packages`; one that is not installed is left out. */
export function fingerprint(packages: readonly string[] = []): Fingerprint {
  const commit = commitOf(process.cwd());
  return {
    takenAt: new Date().toISOString(),
    ...(commit === undefined ? {} : { commit }),
    node: process.version,
    v8: process.versions.v8,
    nodeFlags: process.execArgv.filter((flag) => !flag.includes('/')),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    loadAverage: loadavg()[0] ?? Number.NaN,
    packages: Object.fromEntries(packages.flatMap((name) => versionOf(name))),
  };
}

/** Whether two results may be held against each other: the same machine and the same Node. */
export function isSameEnvironment(a: Fingerprint, b: Fingerprint): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.node === b.node && a.system === b.system;
}

function versionOf(name: string): readonly (readonly [string, string])[] {
  try {
    const path = findPackageJSON(name, import.meta.url);
    if (path === undefined) return [];
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version?: string };
    return version === undefined ? [] : [[name, version]];
  } catch {
    // Not installed: the comparison says itself that the peer is missing.
    return [];
  }
}

function commitOf(folder: string): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // Outside of a repository, or without git.
    return undefined;
  }
}
