import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fixture, withFiles } from './support/fixtures.ts';
import { MAIN, runDemoProcess, startDemo } from './support/demo-process.ts';

const ESCAPE = '\u001b';
const PLANTED_LOSS = fileURLToPath(new URL('./support/planted-loss.ts', import.meta.url));
const SLOW_DRAIN = fileURLToPath(new URL('./support/slow-drain.ts', import.meta.url));

describe('the demo as a program', () => {
  test('prints lines without escape codes into a pipe, then the report, and exits with 0', async () => {
    const { exitCode, stdout, stderr } = await runDemoProcess(['--seconds', '2.2']);
    expect(stdout).not.toContain(ESCAPE);
    expect(stdout.split('\n').filter((line) => line.includes('msg/s')).length).toBeGreaterThanOrEqual(2);
    for (const heading of ['BUSINESS', 'PERFORMANCE', 'ACCOUNTS', 'Nothing was lost'])
      expect(stdout).toContain(heading);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('prints one JSON document and nothing else with --json', async () => {
    const { exitCode, stdout, stderr } = await runDemoProcess(['--seconds', '1', '--speed', 'max', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, exitCode: 0, interrupted: false });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('an unknown option is one line on stderr, and exit code 2', async () => {
    const { exitCode, stdout, stderr } = await runDemoProcess(['--bogus']);
    expect([exitCode, stdout, stderr]).toEqual([2, '', "Unknown option '--bogus'. See npm run demo -- --help.\n"]);
  });

  test('--help is on stdout, and exit code 0', async () => {
    const { exitCode, stdout } = await runDemoProcess(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: npm run demo');
  });

  test('a recording that is not there is one line on stderr, and exit code 2', async () => {
    const { exitCode, stdout, stderr } = await runDemoProcess(['--replay', fixture('nothing-here')]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain('nothing-here');
  });

  test('a recording of which every line is rejected says why in one line, each sentence once, and is exit code 1', async () => {
    await withFiles({ 'bad.jsonl': 'nonsense\n{}\n' }, async (folder) => {
      const { exitCode, stdout, stderr } = await runDemoProcess(['--replay', folder]);
      expect([exitCode, stdout]).toEqual([1, '']);
      const sentences = stderr.trim().split(/(?<=\.) /);
      expect(sentences).toHaveLength(2);
      expect(sentences[0]).toContain('bad.jsonl:1) because it is no event: expected a JSON object, received');
      expect(sentences[1]).toBe('The format of recordings is described in the README of the demo.');
    });
  });

  test('a single lost trade is exit code 1, and the report says which', async () => {
    const { exitCode, stdout } = await runDemoProcess(['--seconds', '2', '--speed', 'max', '--json'], PLANTED_LOSS);
    expect(exitCode).toBe(1);
    const problems = (JSON.parse(stdout) as { accounts: { problems: string[] } }).accounts.problems;
    expect(problems).toContainEqual(expect.stringMatching(/^bars: \d+ trade published, \d+ delivered$/));
    expect(problems).toContainEqual('HIGH: 1 messages dropped');
  });
});

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s once stops the market, drains, prints the report, and exits with 0',
    async (signal) => {
      const demo = startDemo(MAIN, ['--seconds', '600']);
      await demo.seen('msg/s');
      demo.kill(signal);
      const { exitCode, stdout } = await demo.finished;
      expect(stdout).toContain('The market was stopped before its end.');
      expect(stdout).toContain('Nothing was lost');
      expect(exitCode).toBe(0);
    },
  );

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s twice exits at once with %i, without waiting for the drain', async (signal, expected) => {
    const demo = startDemo(SLOW_DRAIN, ['--seconds', '600']);
    await demo.seen('msg/s');
    demo.kill(signal);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    const askedAgainAt = performance.now();
    demo.kill(signal);
    const { exitCode, stdout } = await demo.finished;
    expect(exitCode).toBe(expected);
    expect(performance.now() - askedAgainAt).toBeLessThan(3_000);
    expect(stdout).not.toContain('ACCOUNTS');
  });

  test('a reader that goes away ends the demo', async () => {
    const demo = startDemo(MAIN, ['--seconds', '600']);
    await demo.seen('msg/s');
    demo.stopReading();
    const { exitCode } = await demo.finished;
    expect(exitCode).toBe(141);
  });
});
