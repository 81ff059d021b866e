import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/options.ts';
import { usageOf } from '../../src/cli/usage.ts';
import { FULL_SET, QUICK_SET } from '../../src/cli/sets.ts';
import { CONTENDERS, findContender } from '../../src/contenders/builtin.ts';
import { childEnvironment } from '../../src/running/child-process.ts';
import { missingFeatures } from '../../src/running/run-benchmark.ts';
import { findWorkload, WORKLOADS } from '../../src/workloads/builtin.ts';
import { called } from './called.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
/** Somewhat more than a run took where ninety of them took 100 s, at a load average of 15 on two cores. */
const RUN_MS = 1200;

describe('arguments', () => {
  test('none run everything; the sets name what there is', () => {
    expect(parseCommandLine([])).toMatchObject({ command: 'run', quick: false, write: false });
    const contenders = CONTENDERS.map(({ name }) => name);
    const workloads = WORKLOADS.map(({ name }) => name);
    expect(FULL_SET.contenders).toEqual(contenders);
    expect(FULL_SET.workloads.map(({ workload }) => workload)).toEqual(workloads);
    for (const set of [FULL_SET, QUICK_SET]) {
      for (const { workload, contenders: own = [] } of set.workloads) {
        expect(workloads).toContain(workload);
        expect(set.contenders).toEqual(expect.arrayContaining([...own]));
      }
    }
  });

  test('of a set ask for so few runs that all of its rounds fit into its time where a run takes 1.2 s', () => {
    for (const { rounds, budgetMs, contenders: all, workloads } of [FULL_SET, QUICK_SET]) {
      const runs = workloads.flatMap(({ workload, contenders = all }) =>
        contenders.filter((name) => missingFeatures(findContender(name), findWorkload(workload)).length === 0),
      );
      expect(rounds * runs.length * RUN_MS).toBeLessThan(budgetMs);
    }
  });

  test('are told apart by command', () => {
    expect(parseCommandLine(['--only', 'latency,throughput', '--rounds', '2', '--quick'])).toMatchObject({
      workloads: ['latency', 'throughput'],
      rounds: 2,
      quick: true,
    });
    expect(parseCommandLine(['compare', 'main', 'HEAD', '--latency-rounds', '0'])).toMatchObject({
      command: 'compare',
      base: 'main',
      head: 'HEAD',
      latencyRounds: 0,
    });
    expect(parseCommandLine(['--list'])).toEqual({ command: 'list' });
    expect(parseCommandLine(['--profile', 'heap', '--contenders', 'mitt'])).toMatchObject({
      command: 'profile',
      kind: 'heap',
      contenders: ['mitt'],
      quick: false,
    });
    expect(parseCommandLine(['--profile', 'cpu', '--quick'])).toMatchObject({ command: 'profile', quick: true });
    expect(parseCommandLine(['configurations', '--write'])).toMatchObject({
      command: 'configurations',
      write: true,
      redraw: false,
    });
    expect(parseCommandLine(['self-test', '--runs', '20'])).toMatchObject({ command: 'self-test', runs: 20 });
  });

  test.each([
    [['--help'], undefined, /^tradewind-bench \[run\][^]*COMMAND --help$/],
    [['compare', '--help'], 'compare', /^tradewind-bench compare BASE HEAD[^]*--build makes a build ready/],
    [['claims', '--help'], 'claims', /^tradewind-bench redis\|claims[^]*--minutes/],
    [['--profile', 'cpu', '--help'], 'profile', /^tradewind-bench --profile[^]*shorter/],
    [['fly', '--help'], 'fly', /COMMAND --help$/],
  ])('%j explain their command', (args, of, text) => {
    expect(parseCommandLine(args)).toEqual({ command: 'help', of });
    expect(usageOf(of)).toMatch(text);
  });

  test.each([
    [['compare', 'main'], /compare BASE HEAD/],
    [['fly'], /run, redis, claims, compare, self-test, configurations, trend or list; got "fly"/],
    [['--profile', 'disk'], /--profile cpu or --profile heap; got "disk"/],
    [['--rounds', '0'], /--rounds to be an integer of at least 1; got "0"/],
    [['--pin', '1.0.0'], /--baselines FOLDER/],
    [['run', 'again'], /no further words after run/],
    [['trend'], /trend FOLDER.*got 0 words/],
    [['trend', 'one', 'two'], /trend FOLDER.*got 2 words/],
    [['--recording', 'mine.jsonl'], /--only latency-recorded beside --recording FILE/],
    [['--fast'], /--fast/],
  ])('%j are refused in a sentence', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  test.each([
    [['claims', '--baselines', 'perf', '--contenders', 'NATS'], 'claims', '--baselines, --contenders'],
    [['claims', '--profile', 'cpu'], 'claims', '--profile'],
    [['redis', '--redraw', '--minutes', '1'], '--redraw', '--minutes'],
    [['--redraw', '--minutes', '1'], 'run', '--redraw, --minutes'],
    [['configurations', '--quick', '--only', 'flush'], 'configurations', '--quick, --only'],
    [['configurations', '--redraw', '--json'], '--redraw', '--json'],
    [['compare', 'main', 'HEAD', '--write'], 'compare', '--write'],
    [['self-test', '--quick'], 'self-test', '--quick'],
    [['trend', 'perf', '--out', 'x'], 'trend', '--out'],
    [['list', '--quick'], 'list', '--quick'],
    [['--list', '--rounds', '3'], 'list', '--rounds'],
    [['--profile', 'cpu', '--rounds', '3'], '--profile', '--rounds'],
  ])('%j: an option that the command does not look at is refused', (args, form, strangers) => {
    const message = `Expected ${form} with no other options than --`;
    expect(() => parseCommandLine(args)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENTS',
        message: expect.stringMatching(new RegExp(`^${message}.*; got ${strangers}\\. `)) as string,
      }) as Error,
    );
  });
});

describe('the program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tradewind-bench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('lists, explains, and refuses what it does not know', async () => {
    expect((await called('list')).stdout).toMatch(/^throughput +Publishes as fast/);
    expect((await called('list')).stdout).toMatch(/in no set.*[^]*queued-memory/);
    expect((await called('--help')).stdout).toContain('compare BASE HEAD');
    expect((await called('--profile', '--help')).stdout).toContain('--profile cpu|heap');
    const unknown = await called('--only', 'speed');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('got "speed"') as string });
    expect(await called('fly')).toMatchObject({ code: 2 });
    const wrong = await called('--profile', 'cpu', '--only', 'priority-fairness', '--contenders', 'mitt');
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Expected contenders that can do priority-fairness; mitt: /) as string,
    });
    const absent = await called('--only', 'latency-recorded', '--recording', join(folder, 'none.jsonl'));
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no') as string });
  });

  test('ends without a stack when nobody reads its output any more', async () => {
    const node = ['--conditions=@tradewind/source', MAIN, '--help'];
    const program = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'pipe'], env: childEnvironment() });
    program.stdout.destroy();
    const written: string[] = [];
    program.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text));
    const [code] = (await once(program, 'close')) as [number];
    expect({ code, written: written.join('') }).toEqual({ code: 1, written: '' });
  });

  test('measures, prints a table, writes a report with one command, and pins a baseline', async () => {
    const baselines = join(folder, 'baselines');
    const args = ['--only', 'fan-out-1', '--contenders', 'mitt', '--rounds', '1', '--baselines', baselines];
    const { code, stdout, stderr } = await called(...args, '--out', folder, '--pin', '0.1.0');
    expect(stderr).toMatch(/Pinned \d+ figures as the baseline of 0\.1\.0\./);
    expect(code).toBe(0);
    expect(stdout).toMatch(/fan-out-1\n +cpuNsPerMessage\nmitt +[\d.,]+ ns/);
    expect(existsSync(join(folder, 'comparison', 'fan-out-1.svg'))).toBe(true);
    expect(readFileSync(join(folder, 'comparison.md'), 'utf8')).toContain(
      'npm run bench -- --write --rounds 1 --only fan-out-1 --contenders mitt',
    );
    // What is pinned already is refused before anything is measured, and before the trend grows.
    const again = await called(...args, '--pin', '0.1.0');
    expect(again).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('pinned already') as string });
    expect(readFileSync(join(baselines, 'trend.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1);
    expect(await called('trend', baselines)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ figures of 1 runs, 0 changes that lasted\./) as string,
    });
    expect(await called('trend', join(folder, 'none'))).toMatchObject({ code: 2 });
  });
});
