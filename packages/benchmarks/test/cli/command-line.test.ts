import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/options.ts';
import { usageOf } from '../../src/cli/usage.ts';
import { FULL_SET, QUICK_SET } from '../../src/cli/sets.ts';
import { CONTENDERS } from '../../src/contenders/builtin.ts';
import { WORKLOADS } from '../../src/workloads/builtin.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function bench(...args: readonly string[]): Promise<Ended> {
  const node = ['--expose-gc', '--conditions=@tradewind/source', MAIN, ...args];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, node, { maxBuffer: 2 ** 26 })) };
  } catch (error) {
    return error as Ended;
  }
}

describe('arguments', () => {
  test('none run everything; the sets name what there is', () => {
    expect(parseCommandLine([])).toMatchObject({ command: 'run', quick: false, write: false });
    const contenders = CONTENDERS.map(({ name }) => name);
    const workloads = WORKLOADS.map(({ name }) => name);
    expect(FULL_SET).toMatchObject({ contenders, workloads });
    expect(contenders).toEqual(expect.arrayContaining([...QUICK_SET.contenders]));
    expect(workloads).toEqual(expect.arrayContaining([...QUICK_SET.workloads]));
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
    [['fly'], /run, redis, claims, compare, self-test, configurations or list; got "fly"/],
    [['--profile', 'disk'], /--profile cpu or --profile heap; got "disk"/],
    [['--rounds', '0'], /--rounds to be an integer of at least 1; got "0"/],
    [['--pin', '1.0.0'], /--baselines FOLDER/],
    [['run', 'again'], /no further words after run/],
    [['--fast'], /--fast/],
  ])('%j are refused in a sentence', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});

describe('the program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tradewind-bench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('lists, explains, and refuses what it does not know', async () => {
    const listed = await bench('list');
    expect(listed.stdout).toMatch(/^throughput +Publishes as fast/);
    expect((await bench('--help')).stdout).toContain('compare BASE HEAD');
    expect(await bench('--only', 'speed')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('got "speed"') as string,
    });
    expect(await bench('fly')).toMatchObject({ code: 2 });
  });

  test('ends without a stack when nobody reads its output any more', async () => {
    const node = ['--conditions=@tradewind/source', MAIN, '--help'];
    const program = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'pipe'] });
    program.stdout.destroy();
    const written: string[] = [];
    program.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text));
    const [code] = (await once(program, 'close')) as [number];
    expect({ code, written: written.join('') }).toEqual({ code: 1, written: '' });
  });

  test('prints tables, writes a report with one command, and keeps and gates baselines', async () => {
    const baselines = join(folder, 'baselines');
    const args = ['--only', 'fan-out-1', '--contenders', 'mitt,fastq', '--rounds', '1', '--baselines', baselines];
    const first = await bench(...args, '--out', folder, '--pin', '0.1.0');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/fan-out-1\n +cpuNsPerMessage\nmitt +[\d.,]+ ns\nfastq +[\d.,]+ ns/);
    expect(existsSync(join(folder, 'comparison', 'fan-out-1.svg'))).toBe(true);
    expect(readFileSync(join(folder, 'comparison.md'), 'utf8')).toContain(
      'npm run bench -- --write --rounds 1 --only fan-out-1 --contenders mitt,fastq',
    );
    const again = await bench(...args, '--json');
    expect(again.stderr).toMatch(/\d+ figures compared with 0\.1\.0, \d+ worse/);
    expect(JSON.parse(again.stdout)).toMatchObject({ rounds: 1 });
    expect(readFileSync(join(baselines, 'trend.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
  });
});
