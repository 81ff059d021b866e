import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EXPERIMENT_SETS } from '../../src/cli/experiment-sets.ts';
import { parseCommandLine } from '../../src/cli/options.ts';
import { writeSet } from '../../src/cli/write-set.ts';
import type { ExperimentReport } from '../../src/experiments/report.ts';
import { called } from './called.ts';

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
    expect(parseCommandLine(['claims', '--minutes', '30'])).toMatchObject({ minutes: 30, redraw: false });
    expect(parseCommandLine(['claims', '--redraw'])).toMatchObject({ minutes: undefined, redraw: true });
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
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test('lists the experiments, and refuses what is none', async () => {
    expect((await called('redis', '--list')).stdout).toMatch(/^throughput +Throughput\n/);
    expect((await called('claims', '--list')).stdout).toMatch(/^sustained-in-memory +Sustained 10,000 messages/);
    const unknown = await called('claims', '--only', 'speed,memory');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('got speed') as string });
  });

  test.each(['claims', 'configurations'])(
    '%s: has nothing to draw again where nothing was measured',
    async (command) => {
      const { code, stderr } = await called(command, '--redraw', '--out', folder);
      expect(code).toBe(2);
      expect(stderr).toContain(`figures of an earlier run in ${join(folder, command)}.json; there is no such file.`);
    },
  );

  test('figures that cannot be read are no reason to write an empty page', async () => {
    for (const text of ['{', '{}', 'null']) {
      writeFileSync(join(folder, 'claims.json'), text);
      const { code, stderr } = await called('claims', '--redraw', '--out', folder);
      expect(code).toBe(2);
      expect(stderr).toContain(`Expected the figures of earlier runs in ${join(folder, 'claims.json')}`);
      expect(readdirSync(folder)).toEqual(['claims.json']);
    }
  });

  test('says how to get the servers where there are none', async () => {
    vi.stubEnv('PATH', folder);
    const { code, stderr } = await called('redis', '--quick');
    expect(code).toBe(2);
    expect(stderr).toMatch(/redis-server is not on the PATH[^]*apt-get install[^]*brew install[^]*dnf install/);
  });

  test('writes a page and keeps what is not run again', async () => {
    const ran = await called('claims', '--quick', '--only', 'memory', '--out', folder);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^Memory of a message that waits\n {2}\S+.*bytesPerMessage [\d,.]+/);
    const stored = () => JSON.parse(readFileSync(join(folder, 'claims.json'), 'utf8')) as ExperimentReport;
    const [memory] = stored().recorded;
    if (memory === undefined) throw new Error('Expected the experiment that was run to be stored.');
    const other = { ...memory, result: { ...memory.result, name: 'worker-scaling', title: 'Workers from 1 to 50' } };
    writeSet(EXPERIMENT_SETS.claims, [other], folder);
    expect(stored().recorded.map(({ result }) => result.name)).toEqual(['worker-scaling', 'memory']);
    const page = readFileSync(join(folder, 'claims.md'), 'utf8');
    expect(page).toMatch(/^# What message buses claim\n/);
    expect(page).toMatch(
      /\| Memory of a message that waits \| bytesPerMessage \| BufferedMessageBusClient \| baseline \|/,
    );
    expect(page).toContain('`npm run bench -- claims --only worker-scaling --quick`');
    const pictures = () => readdirSync(join(folder, 'claims')).toSorted();
    expect(pictures()).toContain('memory-bytes-per-message.svg');
    expect(new Set([...page.matchAll(/\(claims\/([^)]+)\)/g)].map(([, name]) => name))).toEqual(new Set(pictures()));
    // Nothing is measured again: the page and its pictures come from the figures that are there.
    const before = pictures();
    rmSync(join(folder, 'claims'), { recursive: true });
    expect((await called('claims', '--redraw', '--out', folder)).code).toBe(0);
    expect(readFileSync(join(folder, 'claims.md'), 'utf8')).toBe(page);
    expect(pictures()).toEqual(before);
  });
});
