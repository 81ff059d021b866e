import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { arch, availableParallelism, cpus, getPriority, loadavg, platform, release, totalmem } from 'node:os';

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
  /** Of the process, -20 (first) to 19 (last), as `nice` gives it; its children have the same. Results that were stored before it was kept have none. */
  readonly niceness?: number | undefined;
  /**
   * Of the session among the sessions of the machine, on the same scale: on Linux with `kernel.sched_autogroup_enabled` this decides, and
   * `niceness` only within the session. Absent elsewhere.
   */
  readonly sessionNiceness?: number | undefined;
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Reads the machine, Node, and the installed versions of `packages`; one that is not installed is left out. */
export function fingerprint(packages: readonly string[] = []): Fingerprint {
  const commit = commitOf(process.cwd());
  const sessionNiceness = sessionNicenessOf();
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
    niceness: getPriority(),
    ...(sessionNiceness === undefined ? {} : { sessionNiceness }),
    packages: Object.fromEntries(packages.flatMap((name) => versionOf(name))),
  };
}

/** Whether two results may be held against each other: the same machine and the same Node. */
export function isSameEnvironment(a: Fingerprint, b: Fingerprint): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.node === b.node && a.system === b.system;
}

/** `/autogroup-12 nice -10`: the session's place among the sessions (`man 7 sched`). */
function sessionNicenessOf(): number | undefined {
  try {
    const isOn = readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1';
    const [, nice] = /nice (-?\d+)/.exec(readFileSync('/proc/self/autogroup', 'utf8')) ?? [];
    return isOn && nice !== undefined ? Number(nice) : undefined;
  } catch {
    // Not Linux, or a kernel without autogroups.
    return undefined;
  }
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
