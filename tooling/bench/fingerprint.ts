import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
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
  /** Versions of the contenders, by package. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Reads the machine, the commit of a package's folder, and the versions of the peers that are installed for it. */
export function fingerprint(packageFolder: string, peers: readonly string[]): Fingerprint {
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
    packages: Object.fromEntries(peers.map((name) => [name, versionOf(packageFolder, name)])),
  };
}

function versionOf(packageFolder: string, name: string): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
