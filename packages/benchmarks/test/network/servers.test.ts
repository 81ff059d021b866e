import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cpuTimeUs } from '../../src/network/servers/cpu-time.ts';
import { startNatsServer } from '../../src/network/servers/nats-server.ts';
import { howToGet, installedServers, isInstalled } from '../../src/network/servers/programs.ts';

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

test('nats-server listens on a port of its own, and not any more when it is stopped', async () => {
  const [one, other] = await Promise.all([startNatsServer(), startNatsServer()]);
  expect(one.port).not.toBe(other.port);
  expect(await answers(one.port)).toBe(true);
  await Promise.all([one.stop(), other.stop()]);
  expect(await answers(one.port)).toBe(false);
});

test('a program is looked for on the PATH, and must be executable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-path-'));
  writeFileSync(join(folder, 'plain'), '', { mode: 0o644 });
  writeFileSync(join(folder, 'program'), '', { mode: 0o755 });
  mkdirSync(join(folder, 'empty'));
  expect(isInstalled('program', `${join(folder, 'empty')}:${folder}`)).toBe(true);
  expect(isInstalled('program', join(folder, 'empty'))).toBe(false);
  expect(isInstalled('plain', folder)).toBe(false);
  expect(isInstalled('program', '')).toBe(false);
  rmSync(folder, { recursive: true });
});

test('it is said how to get a server', () => {
  expect(howToGet('redis-server')).toMatch(
    /apt-get install -y redis-server[^]*brew install redis[^]*dnf install -y redis/,
  );
  expect(howToGet('nats-server')).toMatch(/apt-get install -y nats-server[^]*brew install nats-server/);
  for (const line of installedServers()) expect(line).toMatch(/^(?:redis|nats)-server \d+\.\d+/);
});

test('the CPU time of a process is told where the system does, and is no number for one that is not there', () => {
  expect(cpuTimeUs(2 ** 30)).toBeNaN();
  expect(cpuTimeUs(undefined)).toBeNaN();
  const own = cpuTimeUs(process.pid);
  expect(Number.isNaN(own) || own > 0).toBe(true);
});
