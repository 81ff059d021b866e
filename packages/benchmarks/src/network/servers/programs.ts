import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A server that is installed by the system. */
interface ServerProgram {
  /** Prints the version, on one line. */
  readonly versionOf: RegExp;
  /** How to get it, a line for each system. */
  readonly get: readonly string[];
}

const PROGRAMS: Readonly<Record<ServerName, ServerProgram>> = {
  'redis-server': {
    versionOf: /v=([\d.]+)/u,
    get: [
      'Debian, Ubuntu: apt-get install -y redis-server',
      'macOS:          brew install redis',
      'Fedora:         dnf install -y redis',
    ],
  },
  'nats-server': {
    versionOf: /v([\d.]+)/u,
    get: [
      'Debian, Ubuntu: apt-get install -y nats-server',
      'macOS:          brew install nats-server',
      'elsewhere:      https://docs.nats.io/running-a-nats-service/introduction/installation',
    ],
  },
};

/** The servers that contenders need. */
export type ServerName = 'redis-server' | 'nats-server';

/** Whether a program is on the PATH. */
export function isInstalled(name: string, path: string = process.env['PATH'] ?? ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** What to tell somebody who has not got it. */
export function howToGet(name: ServerName): string {
  return [`${name} is not on the PATH. Get it with:`, ...PROGRAMS[name].get.map((line) => `  ${line}`)].join('\n');
}

/** `redis-server 7.0.15`, for each that is installed. */
export function installedServers(): readonly string[] {
  return (Object.keys(PROGRAMS) as ServerName[])
    .filter((name) => isInstalled(name))
    .map((name) => {
      const printed = execFileSync(name, ['--version'], { encoding: 'utf8' });
      return `${name} ${PROGRAMS[name].versionOf.exec(printed)?.[1] ?? 'of an unknown version'}`;
    });
}
