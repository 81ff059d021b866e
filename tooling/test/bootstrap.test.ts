import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { PROGRAMS } from '../bootstrap/programs.mjs';

/** A machine whose only programs are the ones planted in `bin`. */
let bin: string;
let printed: string[];

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'tradewind-bootstrap-'));
  printed = [];
});

afterEach(() => rmSync(bin, { recursive: true }));

function plant(name: string, script = ''): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** An apt-get that writes down its arguments, and brings the programs named. */
function plantApt(...brings: string[]): void {
  const install = brings.map((name) => `printf '#!/bin/sh\\n' > ${bin}/${name}; /bin/chmod 755 ${bin}/${name}`);
  plant('apt-get', [`echo "$@" >> ${bin}/apt.log`, 'case "$1" in install)', ...install, ';; esac'].join('\n'));
}

function run(needs: Record<string, string[]>, isRoot: boolean): number {
  const packages = Object.entries(needs).map(([folder, programs]) => ({
    folder,
    manifest: { name: folder, tradewind: { needs: programs } },
  }));
  return bootstrap(packages, { env: { PATH: bin }, isRoot, print: (line) => printed.push(line) });
}

describe('bootstrap', () => {
  test('does nothing and says nothing when no package needs anything', () => {
    expect(run({ 'packages/core': [] }, true)).toBe(0);
    expect(printed).toEqual([]);
  });

  test('does nothing when the program is on the PATH', () => {
    plant('redis-server');
    plantApt('redis-server');
    expect(run({ 'packages/redis-streams': ['redis-server'] }, true)).toBe(0);
    expect(() => readFileSync(join(bin, 'apt.log'))).toThrow('ENOENT');
  });

  test('takes any of the commands that a program goes by', () => {
    plant('alertmanager');
    expect(run({ 'packages/monitoring': ['prometheus-alertmanager'] }, false)).toBe(0);
  });

  test('as root with apt, installs what is missing and announces it', () => {
    plant('prometheus');
    plantApt('redis-server');
    expect(run({ 'packages/redis-streams': ['redis-server'], 'packages/monitoring': ['prometheus'] }, true)).toBe(0);
    expect(readFileSync(join(bin, 'apt.log'), 'utf8')).toBe(
      'update -qq\ninstall -y --no-install-recommends redis-server\n',
    );
    expect(printed).toEqual([
      'The tests need redis-server; installing: apt-get update && apt-get install -y --no-install-recommends redis-server',
    ]);
  });

  test('stops the services that apt started with what it installed, and no other', () => {
    plant('prometheus');
    plantApt('redis-server');
    plant('service', `echo "$@" >> ${bin}/service.log; exit 1`);
    expect(run({ 'packages/redis-streams': ['redis-server'], 'packages/monitoring': ['prometheus'] }, true)).toBe(0);
    expect(readFileSync(join(bin, 'service.log'), 'utf8')).toBe('redis-server stop\n');
  });

  test('fails when apt did not bring the program', () => {
    plantApt();
    expect(run({ 'packages/redis-streams': ['redis-server'] }, true)).toBe(1);
    expect(printed.join('\n')).toContain('redis-server (for packages/redis-streams)');
  });

  test('not as root, lists everything missing with one command and installs nothing', () => {
    plantApt('redis-server', 'chromium');
    const needs = { 'packages/redis-streams': ['redis-server'], 'apps/demo': ['redis-server', 'chromium'] };
    expect(run(needs, false)).toBe(1);
    expect(printed.join('\n')).toContain('redis-server (for packages/redis-streams, apps/demo)');
    expect(printed.join('\n')).toContain('chromium (for apps/demo)');
    expect(printed.at(-1)).toContain(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server chromium',
    );
    expect(() => readFileSync(join(bin, 'apt.log'))).toThrow('ENOENT');
  });

  test('gives the command of Homebrew and of dnf', () => {
    plant('brew');
    run({ 'apps/demo': ['redis-server', 'nats-server'] }, false);
    expect(printed.at(-1)).toContain('brew install redis && brew install nats-server');
    rmSync(join(bin, 'brew'));
    plant('dnf');
    run({ 'apps/demo': ['redis-server'] }, true);
    expect(printed.at(-1)).toContain('sudo dnf install -y redis');
  });

  test('without a package manager it knows, points to the projects', () => {
    expect(run({ 'apps/demo': ['nats-server'] }, true)).toBe(1);
    expect(printed.join('\n')).toContain(PROGRAMS['nats-server']?.home);
    expect(printed.at(-1)).toContain('put them on the PATH');
  });

  test('refuses a need that it does not know', () => {
    expect(() => run({ 'packages/core': ['postgres'] }, true)).toThrow(
      'packages/core/package.json: "tradewind.needs" has "postgres"; expected one of redis-server,',
    );
  });
});
