import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, getPriority, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where and with what a run took place. */
export interface Fingerprint {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  /** Of the last minute, at the end of the run: what the machine had to do, the run itself included. */
  readonly loadAverage: number;
  /** Of the process, -20 (first) to 19 (last); its children have the same. Runs that were stored before it was kept have none. */
  readonly niceness?: number | undefined;
  /**
   * Of the session among the sessions of the machine, on the same scale: on Linux with `kernel.sched_autogroup_enabled` this decides, and `niceness` only
   * within the session. Absent elsewhere.
   */
  readonly sessionNiceness?: number | undefined;
  /** Versions of the contenders, by package. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Reads the machine, the commit of a package's folder, and the versions of the peers that are installed for it. */
export function fingerprint(packageFolder: string, peers: readonly string[]): Fingerprint {
  const sessionNiceness = sessionNicenessOf();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: packageFolder, encoding: 'utf8' }).trim(),
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    niceness: getPriority(),
    ...(sessionNiceness === undefined ? {} : { sessionNiceness }),
    packages: Object.fromEntries(peers.map((name) => [name, versionOf(packageFolder, name)])),
  };
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

function versionOf(packageFolder: string, name: string): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
