import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startRedisServer } from '../../src/testing/index.ts';

const TESTING = new URL('../../src/testing/index.ts', import.meta.url).href;

/** A program that starts a server, prints where it is, and then ends in this way, without stopping it. */
async function startAndEnd(ending: string): Promise<{ readonly pid: number; readonly directory: string }> {
  const program = `
    const { startRedisServer } = await import(${JSON.stringify(TESTING)});
    const server = await startRedisServer();
    process.stdout.write(JSON.stringify({ pid: server.pid, directory: server.directory }), () => { ${ending} });
  `;
  const args = ['--conditions=@tradewind/source', '--no-warnings', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(
    (error: unknown) => error as { stdout: string },
  );
  return JSON.parse(stdout) as { pid: number; directory: string };
}

/** A process that has ended and that nobody has waited for still has its number. */
async function isGone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: 'Z' }));
  return stdout.trim().startsWith('Z');
}

describe('a test server', () => {
  test('answers, keeps its data and its port over a kill, and is gone without a trace', async () => {
    const server = await startRedisServer({ appendOnly: 'always', password: 'p@ss "word"' });
    const { port, directory } = server;
    expect(await server.command('SET', 'key', 'value')).toBe('OK');
    await server.kill();
    expect(server.pid).toBeUndefined();
    await expect(server.command('GET', 'key')).rejects.toThrow(/closed|ECONNREFUSED/u);
    await server.restart();
    expect(server.port).toBe(port);
    expect(await server.command('GET', 'key')).toBe('value');
    const { pid } = server;
    await Promise.all([server.stop(), server.stop()]);
    expect(existsSync(directory)).toBe(false);
    expect(await isGone(pid ?? 0)).toBe(true);
  });

  test('stands still and goes on', async () => {
    const server = await startRedisServer();
    try {
      server.pause();
      const answer = server.command('PING');
      expect(await Promise.race([answer, delay(300, 'silence')])).toBe('silence');
      server.resume();
      expect(await answer).toBe('PONG');
      await server.kill();
      expect(() => server.pause()).toThrow(expect.objectContaining({ code: 'SERVER_NOT_RUNNING' }));
    } finally {
      await server.stop();
    }
  });

  test.each([
    ['returns', ''],
    ['exits', 'process.exit(3)'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')"],
  ])('dies with its parent when that %s, and leaves no folder', async (_, ending) => {
    const { pid, directory } = await startAndEnd(ending);
    const deadline = performance.now() + 10_000;
    while ((!(await isGone(pid)) || existsSync(directory)) && performance.now() < deadline) await delay(20);
    expect(await isGone(pid)).toBe(true);
    expect(existsSync(directory)).toBe(false);
  });

  test('that cannot be started says why', async () => {
    await expect(startRedisServer({ program: 'no-such-redis-server' })).rejects.toMatchObject({
      code: 'SERVER_MISSING',
    });
    await expect(startRedisServer({ config: { 'no-such-directive': '1' } })).rejects.toMatchObject({
      code: 'SERVER_EXITED',
    });
    const first = await startRedisServer();
    try {
      await expect(startRedisServer({ port: first.port })).rejects.toMatchObject({
        code: 'SERVER_EXITED',
        message: expect.stringContaining('Address already in use'),
      });
    } finally {
      await first.stop();
    }
  });
});
