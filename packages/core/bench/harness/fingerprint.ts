import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
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
  /** Versions of the contenders, by package. */
  readonly packages: Readonly<Record<string, string>>;
}

const PEERS = ['eventemitter3', 'eventemitter2', 'mqemitter', 'qlobber', 'fastq', 'p-queue', 'rxjs'];
const PACKAGE = join(import.meta.dirname, '..', '..');

export function fingerprint(): Fingerprint {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: PACKAGE, encoding: 'utf8' }).trim(),
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    packages: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
