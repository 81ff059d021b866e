import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/options.ts';
import type { ExperimentReport } from '../../src/experiments/report.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

async function bench(args: readonly string[], environment: NodeJS.ProcessEnv = process.env) {
  const node = ['--conditions=@tradewind/source', MAIN, ...args];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, node, { env: environment })) };
  } catch (error) {
    return error as { readonly code: number; readonly stdout: string; readonly stderr: string };
  }
}

describe('arguments', () => {
  test('of the sets of experiments', () => {
    const flags = { quick: false, write: false, json: false, redraw: false };
    const plain = { ...flags, rounds: undefined, minutes: undefined, workloads: undefined, out: undefined };
    expect(parseCommandLine(['redis'])).toEqual({ command: 'redis', ...plain });
    expect(parseCommandLine(['claims', '--quick', '--only', 'peak-redis,memory', '--rounds', '2'])).toEqual({
      command: 'claims',
      ...plain,
      quick: true,
      rounds: 2,
      workloads: ['peak-redis', 'memory'],
    });
    expect(parseCommandLine(['claims', '--minutes', '30', '--redraw'])).toMatchObject({ minutes: 30, redraw: true });
    expect(parseCommandLine(['claims', '--list'])).toEqual({ command: 'list-experiments', set: 'claims' });
  });

  test('the name of the package that is measured over Redis is a name of its comparisons', () => {
    expect(parseCommandLine(['redis-streams', '--quick'])).toEqual(parseCommandLine(['redis', '--quick']));
  });

  test.each([
    [['redis', 'again'], /no further words after redis; got "again"/],
    [['toString'], /got "toString"/],
  ])('%j are refused in a sentence', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});

describe('the program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tradewind-claims-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('lists the experiments, and refuses what is none', async () => {
    expect((await bench(['redis', '--list'])).stdout).toMatch(/^throughput +Throughput\n/);
    expect((await bench(['claims', '--list'])).stdout).toMatch(/^sustained-in-memory +Sustained 10,000 messages/);
    const unknown = await bench(['claims', '--only', 'speed,memory']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('got speed') as string });
  });

  test.each(['claims', 'configurations'])(
    '%s: has nothing to draw again where nothing was measured',
    async (command) => {
      const { code, stderr } = await bench([command, '--redraw', '--out', folder]);
      expect(code).toBe(2);
      expect(stderr).toContain(`figures of an earlier run in ${join(folder, command)}.json; there is no such file.`);
    },
  );

  test('says how to get the servers where there are none', async () => {
    const { code, stderr } = await bench(['redis', '--quick'], { ...process.env, PATH: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/redis-server is not on the PATH[^]*apt-get install[^]*brew install[^]*dnf install/);
  });

  test('writes a page and keeps what is not run again', async () => {
    const args = ['claims', '--quick', '--out', folder, '--only'];
    expect((await bench([...args, 'memory'])).code).toBe(0);
    const again = await bench([...args, 'worker-scaling']);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^Workers from 1 to 50\n {2}1 worker: messagesPerSecond [\d,.]+/);
    const report = JSON.parse(readFileSync(join(folder, 'claims.json'), 'utf8')) as ExperimentReport;
    expect(report.recorded.map(({ result }) => result.name)).toEqual(['worker-scaling', 'memory']);
    const page = readFileSync(join(folder, 'claims.md'), 'utf8');
    expect(page).toMatch(/^# What message buses claim\n/);
    expect(page).toMatch(
      /\| Memory of a message that waits \| bytesPerMessage \| BufferedMessageBusClient \| baseline \|/,
    );
    expect(page).toContain('`npm run bench -- claims --only worker-scaling --quick`');
    const pictures = () => readdirSync(join(folder, 'claims')).toSorted();
    expect(pictures()).toEqual(['memory-bytes-per-message.svg', 'worker-scaling-scaling.svg']);
    expect(new Set([...page.matchAll(/\(claims\/([^)]+)\)/g)].map(([, name]) => name))).toEqual(new Set(pictures()));
    // Nothing is measured again: the page and its pictures come from the figures that are there.
    rmSync(join(folder, 'claims'), { recursive: true });
    expect((await bench(['claims', '--redraw', '--out', folder])).code).toBe(0);
    expect(readFileSync(join(folder, 'claims.md'), 'utf8')).toBe(page);
    expect(pictures()).toHaveLength(2);
  });
});
