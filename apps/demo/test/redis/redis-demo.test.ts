import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRedisServer } from '@tradewind/redis-streams/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { RedisReport } from '../../src/redis/redis-report.ts';
import { ROLES } from '../../src/redis/roles.ts';
import { MAIN, runDemoProcess, startDemo } from '../support/demo-process.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schema/demo-report.schema.json'), 'utf8'),
) as object;
const isReport = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

describe('the demo over Redis', () => {
  test.each(ROLES)('survives that its %s is killed while it runs, and accounts for every message', async (role) => {
    const { stdout, stderr, exitCode } = await runDemoProcess(['--redis', '--seconds', '6', '--kill', role, '--json']);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as RedisReport;
    expect(isReport(report) ? [] : isReport.errors).toEqual([]);
    expect(report.accounts.problems).toEqual([]);
    expect(exitCode).toBe(0);
    const lives = report.processes.find((process) => process.role === role);
    expect(lives).toMatchObject({ started: 2, ends: ['SIGKILL'] });
    for (const line of report.accounts.lines) {
      expect(line.published).toBeGreaterThan(0);
      expect(line).toMatchObject({ handled: line.published, missing: 0 });
    }
  });

  test('prints lines and a report for people; Ctrl-C stops the market, drains and reports', async () => {
    const demo = startDemo(MAIN, ['--redis', '--seconds', '600']);
    await demo.seen('quotes and trades');
    demo.kill('SIGINT');
    const { stdout, exitCode } = await demo.finished;
    expect(stdout).toContain('The market was stopped before its end.');
    expect(stdout).toContain('Nothing was lost');
    expect(exitCode).toBe(0);
  });

  test('over a server that REDIS_URL names it leaves nothing there', async () => {
    const server = await startRedisServer({ password: 'secret' });
    process.env['REDIS_URL'] = server.url;
    try {
      const { stdout, exitCode } = await runDemoProcess(['--redis', '--seconds', '3', '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ redis: { private: false }, accounts: { problems: [] } });
      expect(stdout).not.toContain('secret');
      expect(exitCode).toBe(0);
      expect(await server.command('DBSIZE')).toBe(0);
    } finally {
      delete process.env['REDIS_URL'];
      await server.stop();
    }
  });

  test('says in one sentence that there is no server, without the password', async () => {
    process.env['REDIS_URL'] = 'redis://:secret@127.0.0.1:1';
    try {
      const { stderr, exitCode } = await runDemoProcess(['--redis']);
      expect(stderr).toContain('Expected a Redis server at redis://127.0.0.1:1, and it could not be reached.');
      expect(stderr).not.toContain('secret');
      expect(exitCode).toBe(1);
    } finally {
      delete process.env['REDIS_URL'];
    }
  });
});
