import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where and with what a run took place. */
export interface Fingerprint {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  /** Processes that ran or waited to run, over the last 1, 5 and 15 minutes at the end of the run; the run itself keeps two or three busy. */
  readonly loadAverages: readonly number[];
  readonly servers: readonly string[];
  /** Versions of the contenders, by package. */
  readonly packages: Readonly<Record<string, string>>;
}

const PEERS = ['ioredis', 'redis', 'bullmq', '@nats-io/transport-node', '@nats-io/jetstream'];
const PACKAGE = join(import.meta.dirname, '..', '..');

export function fingerprint(): Fingerprint {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: output('git', ['describe', '--always', '--dirty']),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    loadAverages: loadavg().map((load) => Number(load.toFixed(1))),
    servers: [
      `redis-server ${/v=([\d.]+)/u.exec(output('redis-server', ['--version']))?.[1] ?? 'unknown'}`,
      `nats-server ${/v([\d.]+)/u.exec(output('nats-server', ['--version']))?.[1] ?? 'unknown'}`,
    ],
    packages: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
  };
}

function output(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { cwd: PACKAGE, encoding: 'utf8' }).trim();
}

function versionOf(name: string): string {
  const text = readFileSync(join(PACKAGE, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
